import type { BodyProblem } from '@countersign/contracts';

/** The answer to a request that can't be read. */
export interface Malformed {
  readonly ok: false;
  readonly code: string;
  readonly pointer: string;
}

/** Answers with the code and the member to blame; never with a value. */
export function malformed({ code, pointer }: Pick<BodyProblem, 'code' | 'pointer'>): Malformed {
  return { ok: false, code, pointer };
}
