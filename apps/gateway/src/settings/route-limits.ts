import { isRoute, type Route } from '../identity/routes.js';
import { AddressList } from './address-list.js';
import type { RouteLimitsFile } from './http-file.js';

/** The headers that a route can require. */
export const RequiredHeader = { AgentId: 'x-agent-id', TaskId: 'x-task-id' } as const;
export type RequiredHeader = (typeof RequiredHeader)[keyof typeof RequiredHeader];

/** So many requests at once at most, and one more each time so many milliseconds have passed. */
export interface RateLimit {
  readonly burst: number;
  readonly intervalMs: number;
}

/** What a route asks for besides a caller with a role. */
export interface RouteLimits {
  readonly requiredHeaders: readonly RequiredHeader[];
  /** Undefined: from everywhere. */
  readonly addresses?: AddressList;
  readonly rate?: RateLimit;
}

/** The row that holds for every route under `/api` without a setting of its own. */
const EVERY = '*';
const HEALTH: readonly Route[] = ['live', 'ready'];
const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };
/** Routes that browsers and chat services come to by themselves: they send no header that an agent would. */
const WITHOUT_HEADERS: readonly Route[] = [
  ...(['signInOptions', 'startSignIn', 'finishSignIn', 'signOut', 'slackCallback'] as const),
];
/** Each of these costs a request to an issuer, and anybody may ask: half a minute's attempts of a household. */
const SIGN_IN: readonly Route[] = ['startSignIn', 'finishSignIn'];
const SIGN_IN_RATE: RateLimit = { burst: 10, intervalMs: 3_000 };
const NONE: RouteLimits = { requiredHeaders: [] };

/** Reads the limits of routes; gives those of one. Throws with what is wrong. */
export function readRouteLimits(
  rows: Readonly<Record<string, RouteLimitsFile>>,
): (route: Route | undefined) => RouteLimits {
  const limits = new Map<string, RouteLimits>();
  for (const [name, row] of Object.entries(rows)) {
    if (name !== EVERY && !isRoute(name))
      throw new RangeError(`/routes: there is no route ${JSON.stringify(name)}`);
    limits.set(name, readRow(name, row));
  }
  return (route) => {
    if (route === undefined) return { ...NONE, ...limits.get(EVERY) };
    return { ...NONE, ...usual(route, limits.get(EVERY)), ...limits.get(route) };
  };
}

/** What holds for a route that has no setting of its own. */
function usual(route: Route, every: RouteLimits | undefined): Partial<RouteLimits> {
  if (HEALTH.includes(route)) return {};
  return {
    ...(SIGN_IN.includes(route) && { rate: SIGN_IN_RATE }),
    ...every,
    ...(WITHOUT_HEADERS.includes(route) && NONE),
  };
}

/** Only what the row says: the rest is left to `*`. */
function readRow(name: string, row: RouteLimitsFile): RouteLimits {
  const { require_headers: headers, allow_addresses: addresses, rate_limit: rate } = row;
  const read: Partial<RouteLimits> = {
    ...(headers === undefined ? {} : { requiredHeaders: headers.map((header) => headerOf(name, header)) }),
    ...(addresses === undefined ? {} : { addresses: AddressList.of(addresses) }),
    ...(rate === undefined ? {} : { rate: rateOf(rate) }),
  };
  return read as RouteLimits;
}

function headerOf(route: string, name: string): RequiredHeader {
  const header = Object.values(RequiredHeader).find((one) => one === name.toLowerCase());
  if (header !== undefined) return header;
  throw new RangeError(`/routes/${route}: the header ${name} is not X-Agent-ID or X-Task-ID`);
}

function rateOf({ rate, burst }: NonNullable<RouteLimitsFile['rate_limit']>): RateLimit {
  const [count = '', unit = ''] = rate.split('/');
  return { burst: burst ?? Number(count), intervalMs: (SECONDS[unit]! * 1000) / Number(count) };
}
