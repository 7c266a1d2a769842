import { describe, expect, it } from 'vitest';
import { JOB_TRANSITIONS, JobState, isTerminal } from '@countersign/contracts';
import { endsUnasked } from './ends-unasked.js';

const subjectOf = (state: string) => `event.job.default.gateway.${state.toLowerCase()}`;
const ALL = Object.values(JobState);

/** Terminal states that the table reaches from a state without a run and without a word of this service. */
function reachableUnasked(): ReadonlySet<JobState> {
  const reached = new Set<JobState>([JobState.Submitted]);
  for (const from of reached)
    for (const [by, to] of Object.entries(JOB_TRANSITIONS[from]))
      if (by !== 'decision_run' && by !== 'decision_hold' && !by.startsWith('approval_'))
        for (const next of to) reached.add(next);
  return new Set([...reached].filter(isTerminal));
}

describe('endsUnasked', () => {
  it.each([...reachableUnasked()])('H04: %s may come before the question', (state) => {
    expect(endsUnasked(subjectOf(state))).toBe(true);
  });

  it.each(ALL.filter((state) => !reachableUnasked().has(state)))('%s does not', (state) => {
    expect(endsUnasked(subjectOf(state))).toBe(false);
  });

  it('takes a subject outside the grammar for no end', () => {
    expect(endsUnasked('event.job.default.gateway')).toBe(false);
  });
});
