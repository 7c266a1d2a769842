/** The states of a job, in the order in which it goes through them. */
export const JOB_STATES = [
  'SUBMITTED',
  'PENDING_APPROVAL',
  'THROTTLED',
  'SCHEDULED',
  'DISPATCHED',
  'RUNNING',
  'SCANNING',
  'QUARANTINED',
  'COMPLETED',
  'DENIED',
  'REJECTED',
  'EXPIRED',
  'FAILED',
  'TIMED_OUT',
  'WITHHELD',
  'CANCELLED',
] as const;

const ENDED: readonly string[] = JOB_STATES.slice(JOB_STATES.indexOf('COMPLETED'));

/** Whether a job in this state stays there. */
export const hasEnded = (state: string): boolean => ENDED.includes(state);
