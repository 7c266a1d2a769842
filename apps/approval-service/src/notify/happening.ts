/** What people and programs are told of a question. The database notes it in the statement that makes it so. */
export const Happening = {
  /** A job waits for a reviewer. */
  Requested: 'requested',
  /** Nobody has answered in time for the first ones asked. */
  Escalated: 'escalated',
  /** It was approved, denied or taken back. */
  Resolved: 'resolved',
  /** Nobody answered in time. */
  Expired: 'expired',
  /** An output waits for a reviewer. */
  Quarantined: 'quarantined',
} as const;
export type Happening = (typeof Happening)[keyof typeof Happening];
export const HAPPENINGS: readonly Happening[] = Object.values(Happening);

/** Whether this asks somebody to answer; such a word is moot once somebody has. */
export function isQuestion(happening: Happening): boolean {
  return happening !== Happening.Resolved && happening !== Happening.Expired;
}
