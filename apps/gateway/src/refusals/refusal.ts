import type { Caller } from '../identity/caller.js';
import type { ProblemCode } from '../http/problem-codes.js';

/** What was wanted of the platform and refused at the edge. */
export type Command =
  | 'submit'
  | 'cancel'
  | 'approve'
  | 'deny'
  | 'resolve'
  | 'edit'
  | 'comment'
  | 'withdraw'
  | 'review'
  | 'callback'
  | 'push_policy'
  | 'activate_policy'
  | 'rollback_policy';

/** One refused command, with nothing of its body but the digest. */
export interface Refusal {
  readonly what: Command;
  readonly code: ProblemCode;
  /** RFC 6901 pointer with the names that the contract knows; every other name is `*`. */
  readonly pointer: string | null;
  /** Null when the caller is not known. */
  readonly caller: Caller | null;
  /** The job that was named in the address. */
  readonly target: string | null;
  readonly traceId: string;
  /** Digest of the body as it came; null when it was not read. */
  readonly bodySha256: string | null;
}
