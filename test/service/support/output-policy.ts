import type { OutputJobAnswer } from '@countersign/contracts';
import { PolicyUnavailable, type AskOutputPolicy, type ResultQuestion } from '@countersign/output-scanner';

/** What a test's policy says of a result; what it leaves out is what the detectors say, of a known job of `default`. */
export type PolicyOfTest = (question: ResultQuestion) => Partial<OutputJobAnswer>;

export const SNAPSHOT = `sha256:${'5'.repeat(64)}`;

/** The answer of a policy without a word about outputs. */
export function usualAnswer({ job_id, findings }: ResultQuestion): OutputJobAnswer {
  return {
    job_id,
    known: true,
    tenant_id: 'default',
    policy_snapshot: SNAPSHOT,
    regions: [],
    actions: findings.map(({ rule, kind, severity, action }) => ({
      rule,
      kind,
      severity,
      action: action === 'alert' ? 'release' : action,
      alert: false,
      rule_ids: [],
    })),
    constraints: {},
    publish: false,
  };
}

/** A policy in the place of the evaluator: what it was asked, and what it says. */
export class OutputPolicyOfTest {
  readonly asked: ResultQuestion[] = [];
  /** Whether it answers at all. */
  isThere = true;
  says: PolicyOfTest = () => ({});

  readonly ask: AskOutputPolicy = (question) => {
    this.asked.push(question);
    if (!this.isThere) return Promise.reject(new PolicyUnavailable('nobody is there'));
    return Promise.resolve({ ...usualAnswer(question), ...this.says(question) });
  };

  reset(): void {
    this.asked.length = 0;
    this.isThere = true;
    this.says = () => ({});
  }
}
