import type { Approval } from '../../api/types.js';

/** How answers are called: a job is approved or denied, the output of one released or withheld. */
export interface Verbs {
  readonly approve: string;
  readonly deny: string;
  readonly approved: string;
  readonly denied: string;
  readonly exactly: string;
}

const VERBS: Readonly<Record<Approval['kind'], Verbs>> = {
  job: {
    approve: 'Approve',
    deny: 'Deny',
    approved: 'Approved',
    denied: 'Denied',
    exactly: 'Approve exactly this',
  },
  output: {
    approve: 'Release',
    deny: 'Withhold',
    approved: 'Released',
    denied: 'Withheld',
    exactly: 'Release this output',
  },
};

/** The words for the answers to a question of a kind. */
export const verbsOf = (kind: Approval['kind']): Verbs => VERBS[kind];
