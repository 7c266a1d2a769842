import {
  migrations,
  REVIEW_DAYS,
  sweepUnconfirmed,
  UNCONFIRMED,
  withholdOverdue,
} from '@countersign/output-scanner';
import { MAX_BODY_BYTES, type Result } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueryRunner } from 'typeorm';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aHeldResult, aKey, aResult, POOL, ScannerBench, sent, TAIL } from './support/scanner-bench.js';
import { RunningJob } from './support/running-job.js';

const ROUNDS = 20;
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

describe('a result', () => {
  it('is scanned and told once, however often the broker delivers it', async () => {
    const result = aHeldResult();
    const delivery = sent(result);
    await scanner.scan(delivery);
    const [first] = await scanner.heldOf(result.job_id);
    expect(await scanner.scan(delivery, delivery)).toEqual([{ kind: 'ack' }, { kind: 'ack' }]);
    // Sealing again would have taken another nonce.
    expect(await scanner.heldOf(result.job_id)).toEqual([first]);
    expect(await scanner.verdictsOf(result.job_id)).toHaveLength(1);
  });

  it('is told once, however often its worker sends it', async () => {
    const result = aResult();
    await scanner.scan(sent(result), sent(result));
    await scanner.scan(sent(result));
    await Promise.all([scanner.scan(sent(result)), scanner.scan(sent(result))]);
    expect(await scanner.countOf('inbox')).toBe(5);
    expect(await scanner.verdictsOf(result.job_id)).toHaveLength(1);
  });

  it('has a verdict with its pool, run and constraints', async () => {
    const result = aResult();
    await scanner.scan(sent(result));
    const { run_id, constraints_digest } = result;
    expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
      { kind: 'clean', pool: POOL, run_id, constraints_digest },
    ]);
  });

  it('is held back when its pool does not take the topic of its subject (X08)', async () => {
    const result = aResult();
    await scanner.scan(sent(result, 'agent.exec.big'));
    expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
      { kind: 'quarantined', output: null, reason_code: 'foreign_topic' },
    ]);
    expect(await scanner.heldOf(result.job_id)).toHaveLength(1);
  });

  it('of more than 512 KiB is refused as output_too_large, and nothing of it is kept', async () => {
    const result = aResult({ output: { text: 'x'.repeat(MAX_BODY_BYTES), [aKey()]: 1 } });
    await scanner.scan(sent(result));
    expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
      { kind: 'clean', status: 'failed', output: 'null', error: { code: 'output_too_large' } },
    ]);
    expect(await scanner.countOf('quarantine')).toBe(0);
  });
});

describe('a second result under one lease', () => {
  it('has a verdict of its own, about its own bytes', async () => {
    const first = aResult();
    const second = { ...first, output: 'other bytes' };
    await scanner.scan(sent(first), sent(second));
    expect((await scanner.verdictsOf(first.job_id)).map((verdict) => verdict.scanned).sort()).toEqual(
      [first, second].map((result) => sha256Digest(JSON.stringify(result))).sort(),
    );
  });

  it('is refused by the scheduler when its bytes are others: the job ends by the first', async () => {
    const job = await RunningJob.start(servers, TAIL);
    try {
      await job.send({ output: 'first' });
      await job.reaches('COMPLETED');
      await job.send({ output: 'second' });
      await vi.waitFor(async () => expect(await job.refusals()).toHaveLength(2), { timeout: 20_000 });
      expect(await job.output()).toBe('"first"');
      for (const refused of await job.refusals())
        expect(['stale_lease', 'digest_mismatch']).toContain(refused.reason_code);
      expect((await job.refusals()).map((refused) => refused.what).sort()).toEqual(['result', 'verdict']);
    } finally {
      await job.stop();
    }
  });
});

describe('a result that is not about its run', () => {
  const SAME = { output: 'honest', started_at: '2026-01-01T00:00:00Z', finished_at: '2026-01-01T00:00:01Z' };

  it.each<[string, Partial<Result>, string]>([
    ['of another run', { run_id: 'run_20260101T000000Z_ffffffff' }, TAIL],
    ['under other constraints', { constraints_digest: sha256Digest('{"max_runtime_sec":1}') }, TAIL],
    // Word for word what is said under the right topic afterwards.
    ['under another topic', SAME, 'mcp-bridge.read.other'],
  ])('%s is refused, and the honest one after it ends the job (I3, X08)', async (_what, over, tail) => {
    const job = await RunningJob.start(servers, TAIL);
    try {
      await job.send(over, tail);
      await vi.waitFor(
        async () =>
          expect((await job.refusals()).map(({ what }) => what).sort()).toEqual(['result', 'verdict']),
        { timeout: 20_000 },
      );
      await job.send(SAME);
      await job.reaches('COMPLETED');
      expect(await job.output()).toBe('"honest"');
    } finally {
      await job.stop();
    }
  });
});

describe('the table of quarantined outputs', () => {
  it('keeps what waits when its key becomes the verdict', async () => {
    const { rig } = scanner;
    const rows = (text: string) => rig.rows(text);
    const queries = { query: rows } as unknown as QueryRunner;
    const [create, rekey] = migrations.migrations;
    await rows('CREATE SCHEMA earlier');
    await rows('SET search_path = earlier');
    try {
      await new create!().up(queries);
      const waiting = { scanned: 'sha256:a', verdict_id: 'verdict-a', job_id: 'job', attempt: 1 };
      await rows(
        `INSERT INTO quarantine (scanned, verdict_id, job_id, attempt, lease_id, epoch, pool, sealed, verdict, tail,
           traceparent)
         VALUES ('sha256:a', 'verdict-a', 'job', 1, 'lease', 1, 'mcp', '', '{}', 'x', 't')`,
      );
      await new rekey!().up(queries);
      expect(await rows('SELECT * FROM quarantine')).toMatchObject([waiting]);
      const copy = `INSERT INTO quarantine SELECT scanned, job_id, attempt, lease_id, epoch, pool, sealed, verdict, 'verdict-b',
                      tail, traceparent FROM quarantine`;
      await rows(copy);
      await expect(rows(copy)).rejects.toMatchObject({ constraint: 'quarantine_pkey' });
    } finally {
      await rows('DROP SCHEMA earlier CASCADE');
      await rows('SET search_path = output_scanner');
    }
  });
});

describe('a quarantined output', () => {
  it('is kept sealed: no part of it can be read from the table', async () => {
    const result = aHeldResult();
    await scanner.scan(sent(result));
    const [held] = await scanner.heldOf(result.job_id);
    for (const part of [...Object.keys(result.output as object), result.job_id, '"output"'])
      expect(held!.sealed.includes(part)).toBe(false);
  });

  it('is released or withheld once, when two reviews end at the same time', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const result = aHeldResult();
      await scanner.scan(sent(result));
      await scanner.confirm(result);
      const { rig } = scanner;
      await rig.rows('BEGIN');
      await rig.rows('SELECT 1 FROM quarantine WHERE job_id = $1 FOR UPDATE', [result.job_id]);
      const outcomes =
        round % 2 === 0 ? (['granted', 'rejected'] as const) : (['rejected', 'granted'] as const);
      const reviews = outcomes.map((outcome) => scanner.review(result, outcome));
      await vi.waitFor(async () => expect(await rig.waiting()).toBe(2), { interval: 5 });
      await rig.rows('COMMIT');
      await Promise.all(reviews);
      const [held, end, ...more] = await scanner.verdictsOf(result.job_id);
      expect(held).toMatchObject({ kind: 'quarantined' });
      expect(more).toEqual([]);
      const released = end?.kind === 'released';
      expect(end).toMatchObject({
        kind: released ? 'released' : 'withheld',
        output: released ? JSON.stringify(result.output) : null,
      });
      expect(await scanner.heldOf(result.job_id)).toEqual([]);
      const refused = (await scanner.refusals()).filter((refusal) => refusal.job_id === result.job_id);
      expect(refused).toMatchObject([
        {
          what: 'release',
          reason_code: 'illegal_transition',
          detail: { outcome: released ? 'rejected' : 'granted' },
        },
      ]);
    }
  });

  it.each([
    ['another pool under the same topic', TAIL, 'agent'],
    ['another pool under a topic of its own', 'agent.exec.command', 'agent'],
    ['the same pool under another topic', 'mcp-bridge.read.other', POOL],
  ])(
    'is released as what its own pool returned, though %s has sent the same bytes first (X08)',
    async (_from, tail, pool) => {
      const result = aHeldResult();
      await scanner.scan(sent(result, tail, pool));
      await scanner.scan(sent(result));
      expect(await scanner.heldOf(result.job_id)).toHaveLength(2);
      await scanner.confirm(result);
      await scanner.review(result, 'granted');
      const released = (await scanner.verdictsOf(result.job_id)).filter(({ kind }) => kind === 'released');
      expect(released).toContainEqual(
        expect.objectContaining({
          pool: POOL,
          subject: `verdict.released.${TAIL}`,
          output: JSON.stringify(result.output),
        }),
      );
      expect(released).toHaveLength(2);
      expect(await scanner.heldOf(result.job_id)).toEqual([]);
      expect(await scanner.refusals()).toEqual([]);
    },
  );

  it('is withheld after its retention, though another pool has sent the same bytes first (I3, X08)', async () => {
    const result = aHeldResult();
    await scanner.scan(sent(result, 'agent.exec.command', 'agent'), sent(result));
    await scanner.confirm(result);
    await scanner.age('quarantine', `${REVIEW_DAYS} days 1 minute`);
    await scanner.sweep(withholdOverdue);
    expect(await scanner.verdictsOf(result.job_id)).toContainEqual(
      expect.objectContaining({ kind: 'withheld', pool: POOL, subject: `verdict.withheld.${TAIL}` }),
    );
    expect(await scanner.heldOf(result.job_id)).toEqual([]);
  });

  it('that does not open is withheld, closed, and gone after its retention', async () => {
    const result = aHeldResult();
    await scanner.scan(sent(result));
    await scanner.confirm(result);
    await scanner.rig.rows(`UPDATE quarantine SET sealed = decode('00', 'hex') || substr(sealed, 2)`);
    await scanner.review(result, 'granted');
    await scanner.review(result, 'granted');
    expect((await scanner.verdictsOf(result.job_id)).map((verdict) => verdict.kind).sort()).toEqual([
      'quarantined',
      'withheld',
    ]);
    expect((await scanner.refusals()).map((refused) => refused.reason_code).sort()).toEqual([
      'illegal_transition',
      'unsealable',
    ]);
    await scanner.sweep(withholdOverdue);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.heldOf(result.job_id)).toHaveLength(1);
    await scanner.age('quarantine', `${REVIEW_DAYS} days 1 minute`);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.heldOf(result.job_id)).toEqual([]);
  });

  it('that nobody reviews is withheld in the end, so that its job ends', async () => {
    const [overdue, young] = [aHeldResult(), aHeldResult()];
    await scanner.scan(sent(overdue));
    await scanner.confirm(overdue);
    await scanner.age('quarantine', `${REVIEW_DAYS} days 1 minute`);
    await scanner.scan(sent(young));
    await scanner.confirm(young);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.countOf('quarantine')).toBe(2);
    expect(await scanner.sweep(withholdOverdue)).toBe(1);
    expect(await scanner.verdictsOf(overdue.job_id)).toMatchObject([
      { kind: 'quarantined' },
      { kind: 'withheld', subject: `verdict.withheld.${TAIL}`, output: null, lease_id: overdue.lease.id },
    ]);
    expect(await scanner.heldOf(overdue.job_id)).toEqual([]);
    expect(await scanner.heldOf(young.job_id)).toHaveLength(1);
  });

  it('of a lost lease is removed after its retention, since no job waits for it', async () => {
    const [lost, awaited] = [aHeldResult(), aHeldResult()];
    await scanner.scan(sent(lost), sent(awaited));
    await scanner.confirm(awaited);
    await scanner.age('quarantine', `${UNCONFIRMED.hours - 1} hours`);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.countOf('quarantine')).toBe(2);
    await scanner.age('quarantine', `${UNCONFIRMED.hours} hours 1 minute`);
    await scanner.sweep((work) => sweepUnconfirmed(work));
    expect(await scanner.heldOf(lost.job_id)).toEqual([]);
    expect(await scanner.heldOf(awaited.job_id)).toHaveLength(1);
    expect(await scanner.refusals()).toMatchObject([
      { what: 'quarantine', reason_code: 'unanswered', job_id: null, detail: { pool: POOL, count: 1 } },
    ]);
  });
});
