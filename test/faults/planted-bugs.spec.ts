import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  approvalSeal,
  ApprovalOutcome,
  EventType,
  JobState,
  Service,
  serviceUser,
  sourceOf,
  Subjects,
  type ApprovalResolved,
} from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { ROOT } from '@countersign/standalone';
import { describe, expect, it, vi } from 'vitest';
import { aRead, BusProducer } from '../flow/support/bus-producer.js';
import type { Invariant } from './checker/history.js';
import { PLANTED_BUGS, type PlantedBugName } from './plant/planted-bugs.js';
import { noteCheck } from './report/notes.js';
import { sendResult } from './support/send-result.js';
import { FaultRun, type FaultRunOptions } from './support/fault-run.js';
import { isWholeSuite } from './support/suite.js';

/** The smallest load that shows a bug, and what of it the checker sees. */
interface Provocation {
  readonly options?: Pick<FaultRunOptions, 'point' | 'env'>;
  readonly breaks: readonly Invariant[];
  readonly provoke: (run: FaultRun) => Promise<void>;
  /** How long jobs may take to end, in milliseconds, where the bug keeps them from it. */
  readonly patienceMs?: number;
}

const EVALUATOR = Service.PolicyEvaluator;
const PATIENTLY = { timeout: 20_000, interval: 50 };
/** A platform's start, run and stop, on a machine that has other work. In milliseconds. */
const ONE_RUN_MS = 120_000;

const PROVOCATIONS: Readonly<Record<PlantedBugName, Provocation>> = {
  ackBeforeCommit: {
    options: { point: `road.before-commit JOBS/${EVALUATOR}` },
    breaks: ['I3', 'I8'],
    provoke: (run) => dying(run, () => sendByBus(run, 'default')),
    patienceMs: 5_000,
  },
  publishBeforeCommit: {
    options: { point: `road.published-early ${EVALUATOR}` },
    breaks: ['I1'],
    provoke: (run) => dying(run, () => run.load.submit('run')),
  },
  noInbox: {
    options: { point: `road.after-commit JOBS/${EVALUATOR}` },
    breaks: ['I6'],
    // It claims a foreign tenant, and is refused for that.
    provoke: (run) => dying(run, () => sendByBus(run, 'other', false)),
  },
  idWithoutAttempt: {
    breaks: ['I3'],
    provoke: async ({ load }) => void (await load.submit('run', { fail_times: 1 })),
    patienceMs: 5_000,
  },
  expiryByLocalClock: {
    options: { env: { COUNTERSIGN_SKEW_MS: String(2 * 3_600_000) } },
    breaks: ['I1'],
    provoke: async ({ load }) => void (await load.submit('brief')),
  },
  hashOfReserialisedJson: {
    breaks: ['I2', 'I8'],
    // Canonical JSON sorts these names as texts, JavaScript's objects as numbers.
    provoke: async ({ load }) => void (await load.submit('run', { 9: 'nine', 10: 'ten' })),
  },
  approvalWithoutHash: { breaks: ['I1'], provoke: approveOtherBytes },
  seqFromSequence: { breaks: ['I5'], provoke: loseAnAppend },
  firstRowUnlinked: { breaks: ['I5'], provoke: async ({ load }) => void (await load.submit('run')) },
  scannerPassesOnTimeout: {
    breaks: ['I4'],
    provoke: async ({ load, secret }) =>
      void (await load.submit('run', { answer: { key: secret, filler: 'long '.repeat(300) } })),
  },
  policyErrorAsAllow: {
    breaks: ['I1'],
    provoke: async ({ load }) => void (await load.submit('deny', {}, { labels: { broken: 'yes' } })),
  },
  endOverwritten: {
    breaks: ['I3'],
    provoke: wakeZombie,
    // It ends a second time, or never again where the verdict overtakes the result.
    patienceMs: 8_000,
  },
};

const NAMES = Object.keys(PLANTED_BUGS) as PlantedBugName[];

describe('the planted bugs', () => {
  it.each(NAMES)('%s still has its place in the build', async (name) => {
    for (const { file, find } of PLANTED_BUGS[name].edits)
      expect((await readFile(join(ROOT, file), 'utf8')).split(find), `${file}: ${find}`).toHaveLength(2);
  });

  it('are twelve', () => expect(NAMES).toHaveLength(12));

  describe.runIf(isWholeSuite)('turn the checker red', () => {
    it.each(NAMES)(
      '%s',
      async (name) => {
        const { options, breaks, provoke, patienceMs } = PROVOCATIONS[name];
        const run = await FaultRun.start({ ...options, bug: PLANTED_BUGS[name] });
        try {
          await provoke(run);
          const found = await run.violations(patienceMs);
          const broken = new Set(found.map(({ invariant }) => invariant));
          expect([...broken].toSorted(), JSON.stringify(found)).toEqual(breaks);
          noteCheck(`Planted bug: ${PLANTED_BUGS[name].name}`, `seen, against ${breaks.join(' and ')}`);
        } finally {
          await run.stop();
        }
      },
      ONE_RUN_MS,
    );

    it(
      'and without them, what provokes them breaks nothing',
      async () => {
        const run = await FaultRun.start();
        try {
          // Those that need a death have theirs among the crash points.
          const others = Object.values(PROVOCATIONS).filter(({ options }) => options?.point === undefined);
          for (const { provoke } of others) await provoke(run);
          expect(await run.violations()).toEqual([]);
        } finally {
          await run.stop();
        }
      },
      2 * ONE_RUN_MS,
    );
  });
});

/** Does something on which the evaluator dies, and starts it again. */
async function dying(run: FaultRun, during: () => Promise<unknown>): Promise<void> {
  const { platform } = run;
  await run.arm();
  const [, signal] = await Promise.all([during(), platform.died(EVALUATOR)]);
  expect(signal).toBe('SIGKILL');
  await platform.startAgain(EVALUATOR);
}

/** Sends a job over the bus. The broker's word that it is stored is all that its producer is told. */
async function sendByBus({ platform, load }: FaultRun, tenantId: string, isPromised = true): Promise<void> {
  const producer = await BusProducer.connect(platform);
  const job = aRead({ topic: 'job.example.run', tenant_id: tenantId });
  await producer.submit(job);
  await producer.bus.close();
  if (isPromised) load.promise({ jobId: job.job_id, tenantId, jobHash: null, mayRun: true });
}

/** Says in the name of approval-service that other bytes of a waiting job are approved. */
async function approveOtherBytes({ platform, load }: FaultRun): Promise<void> {
  const jobId = await load.submit('ask', {}, { isApproved: false });
  const { api, servers } = platform;
  await api.reaches(jobId, JobState.PendingApproval);
  const approval: ApprovalResolved = {
    approval_id: newUlid(),
    kind: 'job',
    job_id: jobId,
    job_hash: sha256Digest('other bytes'),
    attempt: 0,
    decision_id: `${jobId}:decision:0`,
    policy_snapshot: null,
    outcome: ApprovalOutcome.Granted,
    votes: [],
    resolved_at: new Date().toISOString(),
  };
  // It comes from who may answer: only that it is about other bytes gives it away.
  const { approvalSealKeys } = await servers.keys.secrets();
  const seal = approvalSeal(approval, approvalSealKeys());
  const user = serviceUser(Service.ApprovalService);
  const bus = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
  const outcomes = await bus.publish([
    {
      subject: Subjects.approvalJob.address({ outcome: 'granted', tail: 'example.ask' }),
      id: newUlid(),
      type: EventType.ApprovalResolved,
      source: sourceOf(Service.ApprovalService),
      time: approval.resolved_at,
      jobId,
      body: JSON.stringify({ ...approval, seal }),
    },
  ]);
  await bus.close();
  expect(outcomes).toEqual(['stored']);
  await platform.broker.settled();
  // Whoever did not fall for it still waits for a person.
  await load.approve(jobId);
}

/** Has one append of the log rolled back after it has drawn its number. */
async function loseAnAppend({ platform, load }: FaultRun): Promise<void> {
  await load.submit('run');
  await platform.broker.settled();
  const holder = await platform.database.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE audit_writer.entries IN SHARE MODE');
    await load.submit('run');
    await vi.waitFor(async () => {
      // Not in the transaction: it would see the first answer for ever.
      const { rowCount } = await platform.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO entries%'`,
      );
      expect(rowCount).toBeGreaterThan(0);
    }, PATIENTLY);
    await holder.query('COMMIT');
  } finally {
    holder.release();
  }
}

/** What a worker does that comes back long after its lease was lost: it returns its result all the same. */
async function wakeZombie({ platform, load, worker }: FaultRun): Promise<void> {
  const { api, database, broker } = platform;
  const jobId = await load.submit('run', { hold_ms: 60_000 });
  await api.reaches(jobId, JobState.Running);
  await worker.kill();
  await database.query('UPDATE scheduler.attempts SET lease_expires_at = now() WHERE job_id = $1', [jobId]);
  await api.reaches(jobId, JobState.TimedOut);
  await sendResult(platform, jobId);
  // Its acknowledgement of the offer may have died with it.
  await worker.start();
  await broker.settled();
}
