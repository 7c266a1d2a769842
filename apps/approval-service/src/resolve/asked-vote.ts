import type { Ballot } from './cast-vote.js';
import type { ResolveRequest } from './resolve-request.js';

/** A request of somebody about whom it is known whether they are a person. */
export interface AskedVote<T> {
  readonly request: T;
  readonly isPerson: boolean;
}

/** The ballot of a request, cast at a time of the database's. */
export function ballotOf(
  { request, isPerson }: AskedVote<Omit<ResolveRequest, 'tenant_id' | 'job_id'>>,
  at: string,
): Ballot {
  return {
    voter: request.by,
    names: request.names ?? [],
    groups: request.groups ?? [],
    isPerson,
    vote: request.vote,
    at,
    note: request.note ?? '',
    confirm: request.confirm,
    expectedHash: request.expected_job_hash,
  };
}
