import { EventType, Service, Step } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aBareJob, aDecision, AuditBench, idOf, said } from './support/audit-bench.js';

let servers: TestServers;
let log: AuditBench;

beforeAll(async () => {
  servers = await startServers();
  log = await AuditBench.open(servers);
});
afterAll(async () => {
  await log?.rig.close();
  await servers?.stop();
});

const sql = (text: string, ...params: readonly unknown[]) => log.rig.admin.query(text, [...params]);

describe('the log', () => {
  it('keeps a job on its road in one chain without gaps, as text and as columns', async () => {
    const jobId = newUlid();
    const trace = 'a'.repeat(32);
    await log.append(
      said(Service.Gateway, Step.Job, jobId, { body: { job_id: jobId, tenant_id: 'default' }, trace }),
      said(Service.PolicyEvaluator, Step.Decision, jobId, { body: aDecision(jobId, 'default'), trace }),
      said(Service.Scheduler, Step.Offer, jobId),
    );
    await log.append(said(Service.OutputScanner, Step.Verdict, jobId), aBareJob({ tenant_id: 'default' }));
    const rows = await log.rows();
    expect(rows.map((row) => row.seq)).toEqual([1, 2, 3, 4, 5]);
    expect(await log.verify()).toEqual({ ok: true, entries: 5, head: { seq: 5, hash: rows[4]!.hash } });
    const { rows: columns } = await sql('SELECT tenant_id, job_id, trace_id FROM entries ORDER BY seq');
    expect(columns[1]).toEqual({ tenant_id: 'default', job_id: jobId, trace_id: trace });
    expect(columns[4]).toEqual({ tenant_id: 'default', job_id: null, trace_id: null });
    const [, decision] = await log.entries();
    expect(decision!.summary).toMatchObject({ reason: aDecision('', '').reason });
  });

  it('takes a repeated message once, in the same batch, in another, and from another process', async () => {
    const before = await log.head();
    const sent = said(Service.Scheduler, Step.Offer, newUlid());
    await log.append(sent, sent);
    await Promise.all([log.append(sent), log.append(sent)]);
    // A repetition has its own place in the stream.
    await log.append({ ...sent, seq: sent.seq + 1_000_000 });
    expect((await log.head()).seq).toBe(before.seq + 1);
  });

  it.each<[string, Partial<Parameters<typeof said>[3]>]>([
    ['in the same batch', {}],
    ['later', { body: { other: 'body' } }],
  ])('keeps a message whose id another has taken under an id of its own, %s (X08)', async (when, over) => {
    const jobId = newUlid();
    const first = said(Service.Scheduler, Step.Offer, jobId);
    const second = said(Service.OutputScanner, Step.Verdict, jobId, { ...over, id: idOf(jobId, Step.Offer) });
    if (when === 'later') {
      await log.append(first);
      await log.append(second);
    } else await log.append(first, second);
    await log.append(second, first);
    const kept = (await log.entries()).filter((entry) => entry.job_id === jobId);
    expect(kept.map((entry) => [entry.event_id, entry.type])).toEqual([
      [idOf(jobId, Step.Offer), EventType.Offer],
      [`VERDICTS:${second.seq}@${second.storedAtMs}`, EventType.Verdict],
    ]);
    expect(kept[1]!.summary).toMatchObject({ claimed_event_id: idOf(jobId, Step.Offer) });
  });

  it('is one chain without gaps when several processes append at once, some of them the same', async () => {
    const before = await log.head();
    const messages = Array.from({ length: 120 }, () => said(Service.Scheduler, Step.Offer, newUlid()));
    const shared = messages.slice(0, 40);
    await Promise.all(
      [0, 1, 2, 3].map(async (process) => {
        const queue = log.aQueue();
        const own = messages.slice(40 + process * 20, 60 + process * 20);
        for (let at = 0; at < 20; at += 5)
          await queue.add([...own.slice(at, at + 5), ...shared.slice(at * 2, at * 2 + 10)]);
      }),
    );
    const verdict = await log.verify();
    expect(verdict).toMatchObject({ ok: true, head: { seq: before.seq + messages.length } });
    expect(new Set((await log.rows()).map((row) => row.event_id)).size).toBe(before.seq + messages.length);
  });
});

describe('the service itself (L06)', () => {
  it.each([
    `UPDATE entries SET text = 'other'`,
    `UPDATE entries SET seq = seq`,
    `DELETE FROM entries`,
    `TRUNCATE entries`,
    `INSERT INTO entries (seq, event_id, text, hash) VALUES (1, 'x', 'x', 'x') ON CONFLICT (seq) DO UPDATE SET text = 'x'`,
    `MERGE INTO entries USING head ON entries.seq = head.seq WHEN MATCHED THEN DELETE`,
    `UPDATE head SET seq = seq - 1`,
    `UPDATE head SET hash = 'sha256:0'`,
    `DELETE FROM head`,
    `TRUNCATE head`,
    `INSERT INTO head (only_row, seq, hash) VALUES (false, 0, 'x')`,
    `ALTER TABLE entries DISABLE TRIGGER append_only`,
    `DROP TRIGGER append_only ON entries`,
    `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    `SET session_replication_role = replica`,
    `ALTER TABLE entries RENAME TO old_entries`,
    `CREATE RULE quiet AS ON INSERT TO entries DO INSTEAD NOTHING`,
    `DROP TABLE entries`,
  ])('may not: %s', async (statement) => {
    await expect(log.rig.connections.database.query(statement)).rejects.toThrow(
      /append-only|moves forward only|permission denied|must be owner|check constraint/,
    );
    expect(await log.verify()).toMatchObject({ ok: true });
  });
});
