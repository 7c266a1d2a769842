import { EventType, JobState } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { check, CHECKS } from './check.js';
import type { History } from './history.js';
import {
  aDecision,
  aGrant,
  aHistory,
  aLog,
  aMessage,
  anApproval,
  anEntry,
  anOffer,
  anOutput,
  aResult,
  ENTRIES,
  HASH,
  JOB_ID,
  OTHER_HASH,
  type AVote,
} from './testing/a-history.js';

const sound = aHistory();
const [decision] = sound.decisions;
const [approval] = sound.approvals;
const [job] = sound.jobs;
const [accepted] = sound.accepted;
const [effect] = sound.effects;
const told = (state: JobState, storedAtMs: number) =>
  anEntry(
    aMessage('EVENTS', EventType.JobEvent, `event.job.one.gateway.${state.toLowerCase()}`, storedAtMs, {}),
    { state, at: new Date(storedAtMs).toISOString() },
  );
/** That a result was refused: the one of the history, or the one that came after it. */
const refusal = (event_id: string, causation_id = 'RESULTS:4000:4000', type: EventType = EventType.Refused) =>
  anEntry(
    aMessage('EVENTS', type, 'event.scheduler.refused', 4_500, {}),
    { what: 'result', reason_code: 'stale_lease' },
    { event_id, causation_id },
  );
const late = { ...aResult('lease-0'), seq: 4_200, storedAtMs: 4_200.9995 };
const grantedBy = (...votes: readonly AVote[]) =>
  aLog(ENTRIES.map((entry) => (entry.type === EventType.ApprovalResolved ? aGrant(...votes) : entry)));
const secret = JSON.stringify({ key: 'a-planted-secret' });
const secretVerdict = ENTRIES.map((entry) =>
  entry.type === EventType.Verdict
    ? { ...entry, summary: { kind: 'clean', released: sha256Digest(secret) } }
    : entry,
);

/** What breaks an invariant, in one respect each. */
const BROKEN: readonly (readonly [keyof typeof CHECKS, string, Partial<History>])[] = [
  ['I1', 'an offer without a decision', { decisions: [] }],
  ['I1', 'an offer of other bytes than were decided', { decisions: [{ ...decision!, jobHash: OTHER_HASH }] }],
  ['I1', 'a decision that came after its offer', { decisions: [{ ...decision!, decidedAtMs: 3_001 }] }],
  ['I1', 'a decision by an unknown policy', { snapshots: new Set() }],
  ['I1', 'an offer of a denied job', { decisions: [{ ...decision!, type: 'DENY' }] }],
  ['I1', 'an offer that nobody approved', { approvals: [] }],
  [
    'I1',
    'an approval that still waits',
    { approvals: [{ ...approval!, state: 'PENDING', resolvedAtMs: null }] },
  ],
  ['I1', 'an approval of other bytes', { approvals: [{ ...approval!, jobHash: OTHER_HASH }] }],
  [
    'I1',
    'an approval that came after the offer',
    { approvals: [{ ...approval!, resolvedAtMs: 3_001, expiresAtMs: 9_000 }] },
  ],
  ['I1', 'an approval after its time', { approvals: [{ ...approval!, expiresAtMs: 1_999 }] }],
  ['I1', 'an approval that expired before its time', { approvals: [{ ...approval!, state: 'EXPIRED' }] }],
  ['I1', 'a grant by fewer people than it takes', grantedBy('anna')],
  ['I1', 'a grant by one person under two names', grantedBy('anna', 'Anna')],
  ['I1', 'a grant of which one vote is a denial', grantedBy('anna', ['ben', 'deny'])],
  ['I1', 'a decision that was told and not kept', { tap: [aDecision({ job_hash: OTHER_HASH })] }],
  ['I1', 'a decision that was kept as another', { tap: [aDecision({ type: 'ALLOW' })] }],
  ['I1', 'a decision that was told before it was made', { tap: [{ ...aDecision(), storedAtMs: 999 }] }],
  ['I1', 'a grant that was told and not kept', { tap: [anApproval({ outcome: 'expired' })] }],
  ['I1', 'a grant that was told before it came', { tap: [{ ...anApproval(), storedAtMs: 1_999 }] }],
  ['I1', 'a job that the policy denies', { accepted: [{ ...accepted!, mayRun: false }] }],
  ['I2', 'stored bytes of another hash', { jobs: [{ ...job!, bytesDigest: OTHER_HASH }] }],
  ['I2', 'a run of other bytes', { effects: [{ ...effect!, digest: OTHER_HASH }] }],
  ['I2', 'a run of other bytes than were approved', { approvals: [{ ...approval!, jobHash: OTHER_HASH }] }],
  ['I2', 'a run of other bytes than were accepted', { accepted: [{ ...accepted!, jobHash: OTHER_HASH }] }],
  ['I3', 'a job that was never decided', { jobs: [] }],
  ['I3', 'a job that waits for ever', { jobs: [{ ...job!, state: JobState.Running }] }],
  ['I3', 'an end that was not told', aLog(ENTRIES.filter(({ type }) => type !== EventType.Output))],
  ['I3', 'two ends', aLog([...ENTRIES, told(JobState.TimedOut, 5_500)])],
  ['I3', 'another end than was told', { jobs: [{ ...job!, state: JobState.Failed }] }],
  ['I3', 'a job that goes on after its end', aLog([...ENTRIES, told(JobState.Running, 7_000)])],
  ['I4', 'an output of other bytes than its digest', { tap: [anOutput('{}', HASH)] }],
  ['I4', 'an output without a verdict', { tap: [anOutput('{"done":false}')] }],
  ['I4', 'an output before its verdict', { tap: [{ ...anOutput(), storedAtMs: 4_999 }] }],
  ['I4', 'an output that holds a secret', { tap: [anOutput(secret)], ...aLog(secretVerdict) }],
  ['I5', 'a log that lost an entry', { log: sound.log.filter(({ seq }) => seq !== 3) }],
  ['I5', 'a log that lost its end', { log: sound.log.slice(0, -1) }],
  ['I5', 'a message that is not in the log', aLog(ENTRIES.filter(({ type }) => type !== EventType.Offer))],
  ['I5', 'a decision that is not in the log', aLog(ENTRIES.slice(1))],
  ['I5', 'an approval that is not in the log', aLog(ENTRIES.toSpliced(1, 1))],
  [
    'I5',
    'two messages of a service with one event id',
    aLog([...ENTRIES, anEntry(anOffer({ attempt: 2 }), { claimed_event_id: 'offer.v1:3000' })]),
  ],
  ['I6', 'two effects of one attempt', { effects: [effect!, { ...effect!, runId: 'run-2' }] }],
  ['I6', 'a late result that nobody refused', { tap: [...sound.tap, aResult('lease-0')] }],
  [
    'I6',
    'a late result that nobody refused, of a job of which another was',
    {
      tap: [...sound.tap, late],
      ...aLog([...ENTRIES, anEntry(late, {}), refusal('refused:a', 'RESULTS:4100:4100')]),
    },
  ],
  ['I6', 'a message that was refused twice', aLog([...ENTRIES, refusal('refused:a'), refusal('refused:b')])],
  ['I8', 'an accepted job that is nowhere', { decisions: [], jobs: [], intake: [] }],
  [
    'I8',
    'an accepted job that is kept as other bytes',
    { accepted: [{ ...accepted!, jobHash: OTHER_HASH }] },
  ],
  ['I9', 'a job under another tenant', { jobs: [{ ...job!, tenantId: 'two' }] }],
  ['I9', "another tenant's content", { approvals: [{ ...approval!, text: 'token-two' }] }],
  ['I9', "another tenant's subject", { tap: [{ ...anOutput(), subject: 'output.two.gateway.example.run' }] }],
];

describe('the checker', () => {
  it('finds nothing wrong with a sound history', () => expect(check(sound)).toEqual([]));

  it.each(BROKEN)('%s is broken by %s, and the job is named', (invariant, _what, over) => {
    const found = CHECKS[invariant](aHistory(over));
    expect(found).not.toEqual([]);
    for (const violation of found) {
      expect(violation.invariant).toBe(invariant);
      expect([JOB_ID, null]).toContain(violation.jobId);
    }
  });

  it('knows a broken history for every invariant', () =>
    expect([...new Set(BROKEN.map(([invariant]) => invariant))]).toEqual(Object.keys(CHECKS)));

  it.each<[string, Partial<History>]>([
    [
      'a job that the gateway ended',
      {
        decisions: [],
        approvals: [],
        jobs: [],
        attempts: [],
        effects: [],
        tap: [],
        ...aLog([]),
        intake: [{ jobId: JOB_ID, tenantId: 'one', jobHash: HASH, endedCode: 'invalid_field' }],
      },
    ],
    ...[EventType.Refused, EventType.DeadLetter].map((type): [string, Partial<History>] => [
      `a late result that was refused by ${type}`,
      {
        tap: [...sound.tap, late],
        ...aLog([...ENTRIES, anEntry(late, {}), refusal('refused:a', 'RESULTS:4200:4200', type)]),
      },
    ]),
    ['more people than it takes', grantedBy('anna', 'ben', 'carl')],
    ['a producer that was told no hash', { accepted: [{ ...accepted!, jobHash: null }] }],
  ])('takes no offence at %s', (_what, over) => expect(check(aHistory(over))).toEqual([]));
});
