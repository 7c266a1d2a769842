import fc from 'fast-check';
import {
  ApprovalOutcome,
  AttemptState,
  isTerminal,
  JobEvent,
  JobState,
  VerdictKind,
} from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { claimOffer } from '../claim/claim-offer.js';
import {
  aCancel,
  aJob,
  anApproval,
  aReport,
  aResult,
  aRunReport,
  aRun,
  aVerdict,
  JOB_ID,
  LEASE_ID,
  NOW_MS,
  verdictFactOf,
} from './job.builders.js';
import { JobBook } from './job-book.js';
import type { JobFact } from './job-fact.js';
import { aStoredBasis, SEALS } from '../warrant/basis.builders.js';

const poolOf = () => 'mcp';
const cause = { id: 'decision-event', traceparent: aJob().traceparent };
const ids = () => ({ leaseId: LEASE_ID, runId: 'run_20261120T120000Z_00000001' });
const bookOf = (...entry: [ReturnType<typeof aJob>, ReturnType<typeof aRun>?]) =>
  new JobBook(NOW_MS, poolOf, [{ job: entry[0], attempt: entry[1] }]);
const stateOf = (book: JobBook) => book.find(JOB_ID)?.job.state;

/** Everything that can be said about one job, in whatever order it arrives. */
const HAPPENINGS = {
  decision: (book: JobBook) => {
    if (!book.find(JOB_ID)) book.admit(aJob(), '{}', { by: JobEvent.DecisionRequireApproval }, cause);
  },
  grant: (book: JobBook) => void book.take(anApproval(ApprovalOutcome.Granted)),
  expiry: (book: JobBook) => void book.take(anApproval(ApprovalOutcome.Expired)),
  cancel: (book: JobBook) => void book.take(aCancel()),
  claim: (book: JobBook) =>
    void claimOffer(
      book,
      new Map([[JOB_ID, aStoredBasis()]]),
      { pool: 'mcp', workerId: 'mcp-1', jobId: JOB_ID, attempt: 1, nonce: 'nonce-one' },
      ids,
      SEALS,
    ),
  result: (book: JobBook) => void book.take(aResult()),
  verdict: (book: JobBook) => void book.take(verdictFactOf(aVerdict())),
} as const;
type Happening = keyof typeof HAPPENINGS;
const ALL = Object.keys(HAPPENINGS) as Happening[];

/** Plays happenings, each in a batch of its own as if read back from storage, and checks what must always hold. */
function play(order: readonly Happening[]): JobBook {
  let stored: JobFact[] = [];
  let book = new JobBook(NOW_MS, poolOf);
  const offers = new Map<number, number>();
  let outputs = 0;
  let ended: string | undefined;
  for (const name of order) {
    const entry = book.find(JOB_ID);
    book = new JobBook(NOW_MS, poolOf, entry ? [entry] : [], stored);
    HAPPENINGS[name](book);
    const settled = new Set(book.settled);
    stored = [...stored.filter((fact) => !settled.has(fact)), ...book.newlyWaiting()];
    for (const { effect, attempt } of book.consequences) {
      if (effect.kind === 'offer') offers.set(attempt!.attempt, (offers.get(attempt!.attempt) ?? 0) + 1);
      if (effect.kind === 'output') outputs++;
    }
    const state = stateOf(book);
    if (ended !== undefined) expect(state, order.join(' ')).toBe(ended);
    if (state !== undefined && isTerminal(state)) ended = state;
  }
  for (const [attempt, count] of offers) expect(count, `offers of attempt ${attempt}`).toBe(1);
  expect(outputs, order.join(' ')).toBe(stateOf(book) === JobState.Completed ? 1 : 0);
  const last = book.find(JOB_ID);
  if (last && isTerminal(last.job.state) && last.attempt) expect(last.attempt.state).toBe(AttemptState.Ended);
  return book;
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length === 0) yield [];
  for (const [i, item] of items.entries())
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [item, ...rest];
}

function* subsets<T>(items: readonly T[]): Generator<T[]> {
  for (let mask = 0; mask < 2 ** items.length; mask++) yield items.filter((_, i) => (mask >> i) & 1);
}

describe('facts about one job, in any order', () => {
  it('end in a legal state with one offer per attempt: every order of every six of them', () => {
    for (const chosen of subsets(ALL))
      if (chosen.length <= 6) for (const order of permutations(chosen)) play(order);
  });

  it('end in a legal state when each comes twice', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...ALL, ...ALL]), (order) => void play(order)),
      { numRuns: 2_000 },
    );
  });

  it('complete the job whenever a claim follows the grant, wherever the verdict came', () => {
    for (const order of permutations(['decision', 'grant', 'claim', 'result'] as Happening[])) {
      if (order.indexOf('claim') < Math.max(order.indexOf('decision'), order.indexOf('grant'))) continue;
      if (order.indexOf('result') < order.indexOf('claim')) continue;
      for (let at = order.indexOf('claim') + 1; at <= order.length; at++) {
        const withVerdict: Happening[] = [...order.slice(0, at), 'verdict', ...order.slice(at)];
        expect(stateOf(play(withVerdict)), withVerdict.join(' ')).toBe(JobState.Completed);
      }
    }
  });

  it('complete the job although grant came before the decision', () => {
    expect(stateOf(play(['grant', 'decision', 'claim', 'verdict', 'result']))).toBe(JobState.Completed);
  });

  it('let a cancel that came first end the job at its decision', () => {
    expect(stateOf(play(['cancel', 'decision', 'grant']))).toBe(JobState.Cancelled);
  });
});

describe('a batch', () => {
  it('refuses the loser of a race', () => {
    const book = bookOf(aJob({ state: JobState.PendingApproval }));
    book.take(aCancel());
    expect(book.take(anApproval(ApprovalOutcome.Granted))).toBe('refused');
    expect(book.refusals.map(({ refusal }) => refusal.code)).toEqual(['illegal_transition']);
  });

  it('refuses an approval of other content', () => {
    const book = bookOf(aJob({ state: JobState.PendingApproval }));
    book.take(anApproval(ApprovalOutcome.Granted, { job_hash: sha256Digest('another job') }));
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([
      JobState.PendingApproval,
      'digest_mismatch',
    ]);
  });

  it.each([
    ['lease', aResult({ result: aRunReport({ lease: { id: 'other', epoch: 1 } }) })],
    ['epoch', aResult({ result: aRunReport({ lease: { id: LEASE_ID, epoch: 2 } }) })],
    ['pool', aResult({ pool: 'agent' })],
  ])('refuses a result of another %s', (_what, fact) => {
    const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
    expect(book.take(fact)).toBe('refused');
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Running, 'stale_lease']);
  });

  it.each<[string, Parameters<typeof aResult>[0], string]>([
    [
      'of another run',
      { result: aRunReport({ run_id: 'run_20261120T120000Z_ffffffff' }) },
      'digest_mismatch',
    ],
    [
      'under other constraints',
      { result: aRunReport({ constraints_digest: sha256Digest('{"max_runtime_sec":1}') }) },
      'digest_mismatch',
    ],
    ['under another topic', { tail: 'agent.exec' }, 'topic_mismatch'],
  ])(
    'lets no result %s close the lease, for its verdict would never end the job (I3, X08)',
    (_what, over, code) => {
      const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
      expect(book.take(aResult(over))).toBe('refused');
      expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Running, code]);
      expect(book.take(aResult())).toBe('taken');
    },
  );

  it('refuses a second result of the same lease with other content', () => {
    const book = bookOf(aJob({ state: JobState.Scanning, attempt: 1 }), aReport());
    expect(book.take(aResult())).toBe('known');
    expect(book.take(aResult({ digest: sha256Digest('another result') }))).toBe('refused');
  });

  it.each([
    ['another result', { scanned: sha256Digest('another result') }],
    ['another lease', { lease_id: 'other' }],
    ['another epoch', { epoch: 2 }],
    ['a result of another pool', { pool: 'agent' }],
  ])('releases nothing by a verdict about %s', (_what, over) => {
    const book = bookOf(aJob({ state: JobState.Scanning, attempt: 1, runs: 1, epoch: 1 }), aReport());
    expect(book.take(verdictFactOf(aVerdict(over)))).toBe('refused');
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Scanning, 'stale_lease']);
  });

  it.each([
    ['another run', { run_id: 'run_20261120T120000Z_ffffffff' }],
    ['a run under other constraints', { constraints_digest: sha256Digest('{"max_runtime_sec":1}') }],
  ])('releases nothing by a verdict about %s', (_what, over) => {
    const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
    expect(book.take(verdictFactOf(aVerdict(over)))).toBe('refused');
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Running, 'digest_mismatch']);
  });

  it('releases nothing by a verdict about a result under another topic', () => {
    const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
    const fact = { ...verdictFactOf(aVerdict()), tail: 'agent.exec' } as JobFact;
    expect(book.take(fact)).toBe('refused');
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Running, 'topic_mismatch']);
  });

  it('takes a verdict that overtook its result together with it, and knows the result when it comes', () => {
    const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
    expect(book.take(verdictFactOf(aVerdict()))).toBe('taken');
    expect(book.find(JOB_ID)?.attempt).toMatchObject({
      state: AttemptState.Ended,
      resultDigest: aVerdict().scanned,
      resultStatus: 'succeeded',
      reportedAtMs: NOW_MS,
    });
    expect([stateOf(book), book.take(aResult())]).toEqual([JobState.Completed, 'known']);
  });

  it('releases nothing but the bytes whose digest the scanner stated', () => {
    const book = bookOf(aJob({ state: JobState.Scanning, attempt: 1, runs: 1, epoch: 1 }), aReport());
    book.take(verdictFactOf(aVerdict({ released: sha256Digest('other bytes') })));
    expect([stateOf(book), book.refusals[0]?.refusal.code]).toEqual([JobState.Scanning, 'digest_mismatch']);
  });

  it('lets a release wait for its quarantine', () => {
    const book = bookOf(aJob({ state: JobState.Scanning, attempt: 1, runs: 1, epoch: 1 }), aReport());
    expect(book.take(verdictFactOf(aVerdict({ kind: VerdictKind.Released })))).toBe('waiting');
    book.take(verdictFactOf(aVerdict({ kind: VerdictKind.Quarantined, output: null })));
    expect(stateOf(book)).toBe(JobState.Completed);
  });

  it('ends a quarantined job WITHHELD when the review says so', () => {
    const book = bookOf(
      aJob({ state: JobState.Quarantined, attempt: 1, outputKind: 'quarantined' }),
      aReport(),
    );
    book.take(verdictFactOf(aVerdict({ kind: VerdictKind.Withheld, output: null })));
    expect(stateOf(book)).toBe(JobState.Withheld);
  });

  it('ends an approved job at its deadline instead of offering it', () => {
    const book = bookOf(aJob({ state: JobState.PendingApproval, deadlineMs: NOW_MS }));
    book.take(anApproval(ApprovalOutcome.Granted));
    expect(stateOf(book)).toBe(JobState.Expired);
    expect(book.consequences.some(({ effect }) => effect.kind === 'offer')).toBe(false);
  });

  it('keeps a job SCHEDULED that no pool takes', () => {
    const book = new JobBook(NOW_MS, () => undefined);
    book.admit(aJob(), '{}', { by: JobEvent.DecisionRun }, cause);
    expect(book.find(JOB_ID)?.job).toMatchObject({ state: JobState.Scheduled, reasonCode: 'no_pool' });
  });

  it('keeps nothing of results and verdicts about jobs that do not exist', () => {
    const book = new JobBook(NOW_MS, poolOf);
    expect([book.take(aResult()), book.take(verdictFactOf(aVerdict()))]).toEqual(['refused', 'refused']);
    expect([book.newlyWaiting(), book.strays.map((fact) => fact.kind)]).toEqual([[], ['result', 'verdict']]);
  });

  it.each([
    ['result', aResult({ result: aRunReport({ attempt: 2 }) })],
    ['verdict', verdictFactOf(aVerdict({ attempt: 2 }))],
  ])('refuses a %s of an attempt that was never offered', (_what, fact) => {
    const book = bookOf(aJob({ state: JobState.Running, attempt: 1, runs: 1, epoch: 1 }), aRun());
    expect(book.take(fact)).toBe('refused');
    expect([book.newlyWaiting(), book.refusals[0]?.refusal.code]).toEqual([[], 'stale_lease']);
  });

  it('refuses a waiting approval that somebody wrote into the table, and keeps it no longer (H06)', () => {
    const forged = anApproval(ApprovalOutcome.Granted);
    const book = new JobBook(NOW_MS, poolOf, [], [forged], undefined, (fact) => fact === forged);
    book.admit(aJob(), '{}', { by: JobEvent.DecisionRequireApproval }, cause);
    expect(stateOf(book)).toBe(JobState.PendingApproval);
    expect(book.refusals).toMatchObject([{ what: 'approval', refusal: { code: 'forged' } }]);
    expect([book.settled, book.newlyWaiting()]).toEqual([[forged], []]);
    // The true answer may still come.
    book.take(anApproval(ApprovalOutcome.Granted));
    expect(stateOf(book)).toBe(JobState.Dispatched);
  });

  it('refuses a cancel by another tenant', () => {
    const book = bookOf(aJob({ state: JobState.PendingApproval }));
    expect(book.take(aCancel('other'))).toBe('refused');
    expect(stateOf(book)).toBe(JobState.PendingApproval);
  });
});
