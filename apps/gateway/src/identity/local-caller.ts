import type { IncomingMessage } from 'node:http';
import { VerifiedBy } from '@countersign/contracts';
import { ApiError } from '../http/problem.js';
import { Role, type Caller } from './caller.js';
import type { Side } from './routes.js';

const LOCAL_CALLERS: Readonly<Record<Side, Caller>> = {
  producer: {
    name: 'local-producer',
    tenant: 'default',
    roles: [Role.Producer],
    groups: [],
    agents: ['*'],
    by: VerifiedBy.Loopback,
  },
  operator: {
    name: 'local-operator',
    tenant: 'default',
    roles: [Role.Reviewer, Role.Auditor, Role.Operator],
    groups: [],
    agents: [],
    by: VerifiedBy.Loopback,
  },
};

/** What of a request says where it comes from. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined;
  /** The request target as it was sent. */
  readonly target: string;
  /** Every value of every header, by its name in lower case. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
}

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
/** What proxies, load balancers and content networks add to a request that they pass on. */
const PROXY_HEADER = new RegExp(
  '^(forwarded|via|cdn-loop|max-forwards|(.*-)?client-ip|x-(forwarded|original|real-ip|remote|proxy|cluster|host|arr|envoy|amzn?|azure|appengine|vercel|nf)(-.*|)|(proxy|cf|fastly|fly|akamai)-.*|x-proxyuser-ip|x-rewrite-url)$',
);
/** A browser says `none` when a person typed the address, and nothing at all is said by programs. */
const OWN_PAGES = new Set(['same-origin', 'none']);

/**
 * The caller of a request on loopback without credentials. Throws when anything speaks against that: a proxy in between
 * (behind it everyone looks local), a page of another site in a local browser (its requests come from loopback too, and
 * a rebound name makes them look same-origin).
 */
export function localCallerOf(origin: RequestOrigin, side: Side): Caller {
  const { headers } = origin;
  if (!LOOPBACK.test(origin.remoteAddress ?? ''))
    throw new ApiError('unauthenticated', 'Without credentials only callers on loopback are known.');
  const proxy = Object.keys(headers).find((name) => PROXY_HEADER.test(name.replaceAll('_', '-')));
  if (proxy !== undefined)
    throw new ApiError('unauthenticated', `A forwarded request is not a local one: it has ${brief(proxy)}.`);
  const host = hostOf(origin);
  for (const page of headers['origin'] ?? [])
    if (page.toLowerCase() !== `http://${host}`)
      throw new ApiError('foreign_origin', 'Pages of other sites may not act for a local caller (Origin).');
  for (const site of headers['sec-fetch-site'] ?? [])
    if (!OWN_PAGES.has(site))
      throw new ApiError(
        'foreign_origin',
        'Pages of other sites may not act for a local caller (Sec-Fetch-Site).',
      );
  return LOCAL_CALLERS[side];
}

/** The name by which a request calls this machine, with the port, in lower case. Throws when it is not a local one. */
function hostOf({ headers, target }: RequestOrigin): string {
  const [host = '', ...more] = headers['host'] ?? [];
  if (more.length > 0 || !LOCAL_HOST.test(host))
    throw new ApiError('foreign_origin', 'A local caller names this machine in the Host header.');
  const named = target.startsWith('/') ? host : (/^http:\/\/([^/?#]*)/i.exec(target)?.[1] ?? '');
  if (named.toLowerCase() !== host.toLowerCase())
    throw new ApiError('foreign_origin', 'The request target names another host than the Host header.');
  return host.toLowerCase();
}

const brief = (name: string) => (name.length > 40 ? `${name.slice(0, 40)}…` : name);

/** What a request says of where it comes from. */
export function originOf(request: IncomingMessage & { readonly originalUrl?: string }): RequestOrigin {
  return {
    remoteAddress: request.socket.remoteAddress,
    target: request.originalUrl ?? request.url ?? '',
    headers: request.headersDistinct,
  };
}
