import type { Constraints } from '@countersign/contracts';
import { canonicalJson, sha256Digest } from '@countersign/kernel';

/** Constraints that are remembered at most. */
const MOST = 1_000;

const digestOf = (constraints: Constraints): string => sha256Digest(canonicalJson(constraints));

/**
 * Constraints by their digest, which every result names and the scheduler compares with those of the job. So what one
 * answer of the policy said is known of every other run under the same constraints.
 */
export class KnownConstraints {
  private readonly known = new Map<string, Constraints>();
  private readonly none = digestOf({});

  /** The constraints of a digest; undefined when they were not seen lately. */
  of(digest: string): Constraints | undefined {
    return digest === this.none ? {} : this.known.get(digest);
  }

  learn(constraints: Constraints): void {
    const digest = digestOf(constraints);
    this.known.delete(digest);
    this.known.set(digest, constraints);
    const [oldest] = this.known.keys();
    if (this.known.size > MOST && oldest !== undefined) this.known.delete(oldest);
  }
}
