import type { EdgeProof } from '@countersign/contracts';

/** What a caller may be to the platform. Which routes each may use stands in {@link ROUTES}. */
export const Role = {
  /** Asks for jobs, and follows those of its tenant. */
  Producer: 'producer',
  /** Runs jobs. Its work comes over the bus; here it gets the keys of warrants. */
  Worker: 'worker',
  /** Answers what waits for a person. */
  Reviewer: 'reviewer',
  /** Reads the evidence. */
  Auditor: 'auditor',
  /** Watches over the tenant's jobs and stops them. */
  Operator: 'operator',
} as const;
export type Role = (typeof Role)[keyof typeof Role];

export const ROLES: readonly Role[] = Object.values(Role);

/** The run that a warrant names. */
export interface CallingRun {
  readonly jobId: string;
  readonly attempt: number;
  readonly runId: string;
}

/** Who makes a request, as the gateway has verified it; never what a body or a header claims. */
export interface Caller {
  readonly name: string;
  readonly tenant: string;
  readonly roles: readonly Role[];
  /** Groups of reviewers that it belongs to. */
  readonly groups: readonly string[];
  /** Agents that its jobs may name besides itself; `*` for any. */
  readonly agents: readonly string[];
  readonly by: EdgeProof;
  /** A token that its issuer has given to a program for itself, with nobody behind it. */
  readonly isProgram?: true;
  /** Names the credential, and is none: what limits are counted by. Undefined where there was no credential. */
  readonly credential?: string;
  /** Set where a run shows its warrant, on the routes that take one. */
  readonly run?: CallingRun;
}

/** The grammar of names of callers, agents and groups: that of the contract. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
/** The grammar of tenants. */
export const TENANT = /^[a-z0-9_-]{1,64}$/;
/** Names of callers that are nobody's to have: they stand for who has no credentials. */
export const RESERVED_NAME = /^local-/i;
