import { RESPONDERS } from '@countersign/contracts';
import { EventPattern } from '@nestjs/microservices';
import type { RespondOptions } from '../bus-request.js';
import { patternOf, ROUTE, type Route } from './route.js';

/** Makes a controller's method the `RequestHandler` of a subject. Throws RangeError when the contract has no such responder. */
export const Respond = (subject: string, options: RespondOptions = {}): MethodDecorator => {
  const responder = RESPONDERS.find((r) => r.subject === subject);
  if (!responder) throw new RangeError(`no service answers ${subject}`);
  const route: Route = { kind: 'respond', subject, service: responder.service, options };
  return EventPattern<string>(patternOf(route), { [ROUTE]: route });
};
