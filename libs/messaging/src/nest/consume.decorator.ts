import type { ConsumerSpec } from '@countersign/contracts';
import { EventPattern } from '@nestjs/microservices';
import type { ConsumeOptions } from '../delivery.js';
import { patternOf, ROUTE, type Route } from './route.js';

/** Makes a controller's method the `BatchHandler` of a consumer of the contract. */
export const Consume = (consumer: ConsumerSpec, options: ConsumeOptions = {}): MethodDecorator => {
  const route: Route = { kind: 'consume', consumer, options };
  return EventPattern<string>(patternOf(route), { [ROUTE]: route });
};
