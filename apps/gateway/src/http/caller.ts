import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ApiError } from './problem.js';

/** Who makes a request, as the gateway knows it; never what a body says. */
export interface Caller {
  readonly name: string;
  readonly tenant: string;
}

/** The two sides of the API: those who send jobs and those who watch over them. */
export const Side = { Producer: 'producer', Operator: 'operator' } as const;
export type Side = (typeof Side)[keyof typeof Side];

const LOCAL_CALLERS: Readonly<Record<Side, Caller>> = {
  producer: { name: 'local-producer', tenant: 'default' },
  operator: { name: 'local-operator', tenant: 'default' },
};

/** What of a request says where it comes from. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * The caller of a request. On loopback without credentials that is a local one. Throws when anything speaks against
 * that: credentials that nobody can check, a proxy in between (behind it everyone looks local), a page of another
 * site in a local browser (its requests come from loopback too, and a rebound name makes them look same-origin).
 */
export function callerOf(origin: RequestOrigin, side: Side): Caller {
  const { headers } = origin;
  if (headers['authorization'] !== undefined)
    throw new ApiError('invalid_credentials', 'Credentials were sent, and none are configured.');
  if (!LOOPBACK.test(origin.remoteAddress ?? ''))
    throw new ApiError('unauthenticated', 'Without credentials only callers on loopback are known.');
  if (headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined)
    throw new ApiError('unauthenticated', 'A forwarded request is not a local one.');
  const host = headers['host'];
  if (typeof host !== 'string' || !LOCAL_HOST.test(host))
    throw new ApiError('foreign_origin', 'A local caller names this machine in the Host header.');
  const page = headers['origin'];
  if (page !== undefined && page !== `http://${host}`)
    throw new ApiError('foreign_origin', 'Pages of other sites may not act for a local caller.');
  return LOCAL_CALLERS[side];
}

/** Injects the {@link Caller} of a request into a handler. */
export const CallerAs = createParamDecorator((side: Side, context: ExecutionContext): Caller => {
  const request = context.switchToHttp().getRequest<Request>();
  return callerOf({ remoteAddress: request.socket.remoteAddress, headers: request.headers }, side);
});
