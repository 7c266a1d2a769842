import { describe, expect, it } from 'vitest';
import { JOB_TRANSITIONS, JobState, isTerminal, type JobEvents } from '@countersign/contracts';
import { isNews, jobNews } from './job-news.js';

const jobId = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const hash = `sha256:${'a'.repeat(64)}`;
const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const ALL = Object.values(JobState);
const subjectOf = (state: string) => `event.job.default.gateway.${state.toLowerCase()}`;
const events = (state: string, attempt: number, detail?: Record<string, unknown>): JobEvents => ({
  jobs: [
    {
      job_id: jobId,
      job_hash: hash,
      trace_id: null,
      state,
      attempt,
      reason_code: null,
      at: '2026-01-01T00:00:00Z',
      ...(detail === undefined ? {} : { detail }),
    },
  ],
});
const news = (state: string, attempt: number, detail?: Record<string, unknown>) =>
  jobNews({ subject: subjectOf(state), body: events(state.toUpperCase(), attempt, detail), traceparent });
const isNewsOf = (state: string, attempt: number) =>
  isNews({ subject: subjectOf(state), data: Buffer.from(JSON.stringify(events(state, attempt))) });
const ended = [{ tenant_id: 'default', job_id: jobId }];
const nothing = { ok: true, unasked: [], withheld: [], quarantined: [], released: [] };

/** The states that follow, by any event or only by those that a filter lets through. */
function nextOf(from: JobState, isTaken: (by: string) => boolean = () => true): JobState[] {
  return Object.entries(JOB_TRANSITIONS[from]).flatMap(([by, to]) => (isTaken(by) ? [...to] : []));
}

/** Ends that a job reaches while a question about it is open, without an answer of this service. */
const unaskedEnds = new Set(
  nextOf(JobState.PendingApproval, (by) => !by.startsWith('approval_')).filter(isTerminal),
);

describe('what the state table says about open questions', () => {
  it('a job is asked about before its first attempt only', () => {
    const before = ALL.filter((state) => nextOf(state).includes(JobState.PendingApproval));
    expect(before).toEqual([JobState.Submitted]);
    expect(nextOf(JobState.Submitted)).not.toContain(JobState.Dispatched);
    expect(nextOf(JobState.PendingApproval)).not.toContain(JobState.Dispatched);
  });

  it('an output leaves the quarantine by a release, which this service granted, or withheld', () => {
    expect(Object.keys(JOB_TRANSITIONS[JobState.Quarantined]).sort()).toEqual([
      'verdict_released',
      'verdict_withheld',
    ]);
    expect(JOB_TRANSITIONS[JobState.Quarantined].verdict_withheld).toEqual([JobState.Withheld]);
  });
});

describe('isNews', () => {
  it.each([...unaskedEnds])('H04: %s before the first attempt may end an open question', (state) => {
    expect(isNewsOf(state, 0)).toBe(true);
    expect(news(state, 0)).toEqual({ ...nothing, unasked: ended });
  });

  it.each([...unaskedEnds])('%s after an attempt follows the answer', (state) => {
    expect(isNewsOf(state, 1)).toBe(false);
    expect(news(state, 1)).toEqual(nothing);
  });

  it.each([JobState.Quarantined, JobState.Withheld])('%s is about an output under review', (state) => {
    expect(isNewsOf(state, 1)).toBe(true);
  });

  it.each([
    ...ALL.filter(
      (state) => !unaskedEnds.has(state) && state !== JobState.Quarantined && state !== JobState.Withheld,
    ),
    'accepted',
    'never_heard_of',
  ])('%s is none', (state) => {
    expect(isNewsOf(state, 0)).toBe(false);
    expect(news(state, 0)).toEqual(nothing);
  });

  it('counts what it cannot read', () => {
    expect(isNews({ subject: 'event.job.default.gateway', data: Buffer.from('{}') })).toBe(true);
    expect(isNews({ subject: subjectOf('failed'), data: Buffer.from('{') })).toBe(true);
  });

  it('counts an event in which one job of many matters', () => {
    const both = { jobs: [...events('FAILED', 2).jobs, ...events('FAILED', 0).jobs] };
    expect(isNews({ subject: subjectOf('failed'), data: Buffer.from(JSON.stringify(both)) })).toBe(true);
  });
});

describe('jobNews', () => {
  it('takes a withheld output as the end of its question', () => {
    expect(news('withheld', 1)).toEqual({ ...nothing, withheld: ended });
  });

  it('learns whose a quarantined output is', () => {
    const detail = { caller: 'local-producer', agent_id: 'agent-7', scanned: hash };
    expect(news('quarantined', 1, detail)).toMatchObject({
      ok: true,
      unasked: [],
      quarantined: [{ tenant_id: 'default', producer: 'gateway', job_id: jobId, attempt: 1, ...detail }],
    });
  });

  it('takes what the event does not say for unknown', () => {
    expect(news('quarantined', 1, { caller: 7 })).toMatchObject({
      quarantined: [{ caller: null, agent_id: null, scanned: null }],
    });
  });

  it('refuses a subject outside the grammar', () => {
    expect(jobNews({ subject: 'event.job.default.gateway', body: events('FAILED', 0), traceparent })).toEqual(
      {
        ok: false,
        code: 'invalid_field',
      },
    );
  });
});
