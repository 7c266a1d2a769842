import type { Request, RequestHandler, Response } from 'express';
import type { RouteTable } from '../http/route-table.js';
import { ApiError } from '../http/problem.js';
import type { RunAuthenticator } from '../blobs/run-authenticator.js';
import type { Authenticator } from '../identity/authenticator.js';
import { originOf } from '../identity/local-caller.js';
import { contextOf, type RequestContext } from '../identity/request-context.js';
import { PUBLIC, ruleOf, Side, type Route } from '../identity/routes.js';
import type { HttpSettings } from '../settings/http-settings.js';
import { RequiredHeader, type RateLimit } from '../settings/route-limits.js';
import { clientAddress, networkOf } from './client-address.js';
import { RateLimiter } from './rate-limiter.js';
import { readRequiredHeaders } from './required-headers.js';

/** What a request has to pass before its handler is looked for, each as a step of the application. */
export class Admission {
  constructor(
    private readonly table: RouteTable,
    private readonly settings: HttpSettings,
    private readonly authenticator: Authenticator,
    private readonly runs: RunAuthenticator,
    private readonly limiter = new RateLimiter(),
  ) {}

  /** Finds out which route is meant and where from. Throws `invalid_header` or `address_not_allowed`. */
  readonly fromAllowedAddress: RequestHandler = (request, _response, next) => {
    const context = contextOf(request);
    context.route = this.table.routeOf(request.method, request.path);
    const { proxies, limitsOf } = this.settings;
    const peer = request.socket.remoteAddress ?? '';
    context.address = clientAddress(peer, request.headersDistinct['x-forwarded-for'], proxies);
    const { addresses } = limitsOf(context.route);
    if (addresses && !addresses.has(context.address))
      throw new ApiError(
        'address_not_allowed',
        'This is not open to the address that the request comes from.',
      );
    next();
  };

  /** Finds out who the caller is. Why that is not known is kept for {@link ofKnownCaller}. */
  readonly identify: RequestHandler = async (request, _response, next) => {
    const context = contextOf(request);
    // Who signs in is nobody yet, whatever else their browser sends.
    if (context.route !== undefined && ruleOf(context.route) === PUBLIC) return next();
    try {
      const origin = originOf(request);
      context.caller = isForRuns(context.route)
        ? await this.runs.identify(origin)
        : await this.authenticator.identify(origin, sideOf(context.route));
    } catch (failure) {
      context.failure = failure;
    }
    next();
  };

  /**
   * Counts the request: a caller's by its credential, a stranger's by where it comes from. Throws `rate_limited`, before
   * a body is read.
   */
  readonly withinLimits: RequestHandler = (request, response, next) => {
    const { route, caller, address = '' } = contextOf(request);
    const { rate } = this.settings.limitsOf(route);
    if (rate !== undefined)
      this.spend(rate, route ?? 'other', caller?.credential ?? networkOf(address), response);
    next();
  };

  /**
   * Refuses strangers, with the reason why they are, and requests without the headers that their route wants. It comes
   * after the body: who is refused leaves the digest of what they wanted.
   */
  readonly ofKnownCaller: RequestHandler = (request, _response, next) => {
    const context = contextOf(request);
    if (context.failure !== undefined) return next(context.failure);
    this.readHeaders(request, context);
    next();
  };

  private spend(rate: RateLimit, policy: string, by: string, response: Response): void {
    const spent = this.limiter.spend(`${policy} ${by}`, rate);
    response.setHeader('RateLimit-Policy', policyField(policy, rate));
    response.setHeader('RateLimit', `"${policy}";r=${spent.remaining};t=${spent.resetSec}`);
    if (spent.isAllowed) return;
    response.setHeader('Retry-After', String(spent.retryAfterSec));
    throw new ApiError('rate_limited', `Try again in ${spent.retryAfterSec} s.`);
  }

  private readHeaders(request: Request, context: RequestContext): void {
    const values = readRequiredHeaders(
      this.settings.limitsOf(context.route).requiredHeaders,
      request.headersDistinct,
    );
    const agentId = values.get(RequiredHeader.AgentId);
    const taskId = values.get(RequiredHeader.TaskId);
    if (agentId !== undefined) context.agentId = agentId;
    if (taskId !== undefined) context.taskId = taskId;
  }
}

/** draft-ietf-httpapi-ratelimit-headers: the quota is what a bucket holds, the window the time in which it fills. */
function policyField(policy: string, { burst, intervalMs }: RateLimit): string {
  return `"${policy}";q=${burst};w=${Math.ceil((burst * intervalMs) / 1000)}`;
}

/** Whether a route takes the warrant of a run, and nothing else, to say who calls. */
function isForRuns(route: Route | undefined): boolean {
  const rule = route === undefined ? PUBLIC : ruleOf(route);
  return rule !== PUBLIC && rule.byWarrant === true;
}

function sideOf(route: Route | undefined): Side {
  const rule = route === undefined ? PUBLIC : ruleOf(route);
  return rule === PUBLIC ? Side.Producer : rule.side;
}
