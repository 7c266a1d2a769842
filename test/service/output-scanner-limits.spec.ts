import {
  forgetTold,
  giveUpUnanswered,
  sweepUnconfirmed,
  UNANSWERED,
  UNCONFIRMED,
} from '@countersign/output-scanner';
import { CONSUMERS, EventType, Service, Verdict, parseBody, type Result } from '@countersign/contracts';
import { ack, Bus } from '@countersign/messaging';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aHeldResult, aResult, POOL, ScannerBench, sent } from './support/scanner-bench.js';

const FORGED = 10_000;
const BATCH = 500;
let servers: TestServers;
let scanner: ScannerBench;

beforeAll(async () => {
  servers = await startServers();
  scanner = await ScannerBench.open(servers);
});
afterAll(async () => {
  await scanner?.rig.close();
  await servers?.stop();
});
beforeEach(() => scanner.clear());

/** Results with made-up jobs and leases. */
async function flood(make: () => Result, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH)
    await scanner.scan(...Array.from({ length: Math.min(BATCH, count - from) }, () => sent(make())));
}

/** The jobs of all verdicts that the scheduler has not read yet. */
async function jobsInVerdicts(): Promise<ReadonlySet<string>> {
  const last = aResult();
  await scanner.scan(sent(last));
  const bus = await Bus.connect({
    servers: servers.natsUrl,
    user: Service.Scheduler,
    seed: await servers.keys.seedOf(Service.Scheduler),
  });
  const heard = new Set<string>();
  await bus.consume(CONSUMERS.concludeVerdicts, (batch) => {
    for (const { data } of batch) {
      const verdict = parseBody(Verdict, data);
      if (verdict.ok) heard.add(verdict.value.job_id);
    }
    return Promise.resolve(batch.map(() => ack));
  });
  try {
    await vi.waitFor(() => expect(heard.has(last.job_id)).toBe(true), { timeout: 30_000 });
  } finally {
    await bus.close();
  }
  return heard;
}

describe('a worker that makes up 10,000 results', () => {
  it('leaves a bounded number of rows, and honest results of its pool pass', async () => {
    const [amid, after] = [aResult(), aResult()];
    await flood(() => aResult(), FORGED / 2);
    await scanner.scan(sent(amid));
    await flood(() => aResult(), FORGED / 2);
    await scanner.audit();
    await scanner.sweep((work) => giveUpUnanswered(work));
    expect(await scanner.countOf(`outbox WHERE type = '${EventType.Verdict}'`)).toBe(UNANSWERED.count);
    expect(await scanner.countOf('verdicts')).toBe(UNANSWERED.count);
    expect(await scanner.refusals()).toMatchObject([
      {
        what: 'verdict',
        reason_code: 'unanswered',
        job_id: null,
        detail: { pool: POOL, count: FORGED + 1 - UNANSWERED.count },
      },
    ]);
    await scanner.scan(sent(after));
    await scanner.audit();
    await scanner.sweep((work) => giveUpUnanswered(work));
    expect(await scanner.verdictsOf(after.job_id)).toMatchObject([{ kind: 'clean' }]);
    const told = await jobsInVerdicts();
    for (const { job_id } of [amid, after]) expect(told.has(job_id)).toBe(true);
  });

  it('cannot fill the quarantine, nor drive out of it what a job waits for', async () => {
    const honest = aHeldResult();
    await scanner.scan(sent(honest));
    await scanner.confirm(honest);
    await flood(aHeldResult, FORGED);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.countOf('quarantine')).toBe(UNCONFIRMED.count + 1);
    await scanner.review(honest, 'granted');
    expect(await scanner.verdictsOf(honest.job_id)).toMatchObject([
      { kind: 'quarantined' },
      { kind: 'released' },
    ]);
  });
});

describe('verdicts that no job answers', () => {
  it('are told again until the audit log has them, and those of one pool do not count for another', async () => {
    const few = { ...UNANSWERED, count: 2 };
    await scanner.scan(...Array.from({ length: 5 }, () => sent(aResult())));
    await scanner.scan(...Array.from({ length: 2 }, () => sent(aResult(), 'agent.exec.x', 'agent')));
    await scanner.sweep((work) => giveUpUnanswered(work, few));
    expect(await scanner.countOf('verdicts')).toBe(7);
    await scanner.audit();
    await scanner.sweep((work) => giveUpUnanswered(work, few));
    expect(await scanner.countOf(`verdicts WHERE pool = 'agent'`)).toBe(2);
    expect(await scanner.countOf(`verdicts WHERE pool = '${POOL}'`)).toBe(2);
  });

  it('are bounded in bytes as well', async () => {
    const output = 'x'.repeat(100_000);
    await scanner.scan(...Array.from({ length: 5 }, () => sent(aResult({ output }))));
    await scanner.audit();
    await scanner.sweep((work) => giveUpUnanswered(work, { ...UNANSWERED, bytes: 250_000 }));
    expect(await scanner.countOf('verdicts')).toBe(2);
  });

  it('are given up after a day', async () => {
    await scanner.scan(sent(aResult()));
    await scanner.audit();
    await scanner.age('verdicts', `${UNANSWERED.hours} hours 1 minute`);
    await scanner.sweep((work) => giveUpUnanswered(work));
    expect(await scanner.countOf('verdicts')).toBe(0);
  });
});

describe('that a verdict was told', () => {
  it('is forgotten after an hour, once it is not told again any more', async () => {
    const [done, unanswered] = [aResult(), aResult()];
    await scanner.scan(sent(done), sent(unanswered));
    await scanner.rig.rows('DELETE FROM outbox WHERE job_id = $1', [done.job_id]);
    await scanner.sweep(forgetTold);
    expect(await scanner.countOf('verdicts')).toBe(2);
    await scanner.age('verdicts', '61 minutes');
    await scanner.sweep(forgetTold);
    expect(await scanner.rig.rows('SELECT job_id FROM verdicts')).toEqual([{ job_id: unanswered.job_id }]);
  });
});
