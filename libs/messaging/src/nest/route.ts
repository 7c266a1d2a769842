import type { ConsumerSpec, Service } from '@countersign/contracts';
import type { RespondOptions } from '../bus-request.js';
import type { ConsumeOptions } from '../delivery.js';

/** What a decorated method is for. It travels in the extras of its Nest pattern. */
export type Route =
  | { readonly kind: 'consume'; readonly consumer: ConsumerSpec; readonly options: ConsumeOptions }
  | {
      readonly kind: 'respond';
      readonly subject: string;
      readonly service: Service;
      readonly options: RespondOptions;
    };

/** The member of a pattern's extras that holds its {@link Route}. */
export const ROUTE = 'countersignRoute';

/** The Nest pattern of a route: unique, and telling in Nest's own listings. */
export function patternOf(route: Route): string {
  return route.kind === 'consume'
    ? `consume:${route.consumer.stream}/${route.consumer.durable}`
    : `respond:${route.subject}`;
}
