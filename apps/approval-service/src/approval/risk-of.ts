/** How much is at stake with a question. Said by the policy alone: whatever an agent says of its job changes nothing. */
export const Risk = { Usual: 0, High: 1, Critical: 2 } as const;
export type Risk = (typeof Risk)[keyof typeof Risk];
export const RISK_NAMES = ['usual', 'high', 'critical'] as const;

/** Critical is what asks for a typed confirmation or may never be allowed without a person; high what asks for several people or certain ones. */
export function riskOf(terms: {
  readonly confirm: string | null;
  readonly reason_code: string;
  readonly quorum: number;
  readonly groups: readonly string[];
}): Risk {
  if (terms.confirm !== null || terms.reason_code === 'never_auto_approve') return Risk.Critical;
  return terms.quorum > 1 || terms.groups.length > 0 ? Risk.High : Risk.Usual;
}
