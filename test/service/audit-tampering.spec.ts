import { GENESIS, verifyChain, type ChainVerdict } from '@countersign/audit-log';
import { Service, Step } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aDecision, AuditBench, said, type Row } from './support/audit-bench.js';

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

describe('an owner who turns the guards off (L06)', () => {
  let rows: Row[];
  const last = () => rows.at(-1)!;
  const renumber = async (from: number, to: number) => {
    await sql('UPDATE entries SET seq = $1 WHERE seq = $2', to, from);
  };
  const rewriteFrom = async (seq: number) => {
    let hash = rows[seq - 2]?.hash ?? GENESIS.hash;
    for (let at = seq; at <= rows.length; at++)
      hash = await log.rewrite(at, hash, at === seq ? { source: '/countersign/gateway' } : {});
    await sql('UPDATE head SET hash = $1', hash);
  };

  beforeAll(async () => {
    const [jobId, trace] = [newUlid(), 'a'.repeat(32)];
    await log.append(
      said(Service.Gateway, Step.Job, jobId, { body: { job_id: jobId, tenant_id: 'default' }, trace }),
      said(Service.PolicyEvaluator, Step.Decision, jobId, { body: aDecision(jobId, 'default'), trace }),
      ...[Step.Offer, Step.Output].map((step) => said(Service.Scheduler, step, jobId)),
    );
    await log.append(
      said(Service.OutputScanner, Step.Verdict, jobId),
      said(Service.Gateway, Step.Job, newUlid()),
    );
    rows = await log.rows();
    await log.keep();
  });

  const FOUND: readonly [string, () => Promise<unknown>, () => Extract<ChainVerdict, { ok: false }>][] = [
    [
      'changes an entry',
      () => sql(`UPDATE entries SET text = replace(text, '"JOBS"', '"RESULTS"') WHERE seq = 1`),
      () => ({ ok: false, seq: 1, problem: 'altered' }),
    ],
    [
      'changes a hash',
      () => sql(`UPDATE entries SET hash = set_byte(hash, 31, get_byte(hash, 31) # 1) WHERE seq = 3`),
      () => ({ ok: false, seq: 3, problem: 'altered' }),
    ],
    [
      'changes an entry and its hash',
      () => log.rewrite(2, rows[0]!.hash, { source: '/countersign/gateway' }),
      () => ({ ok: false, seq: 3, problem: 'wrong_prev' }),
    ],
    ...['event_id', 'type', 'tenant_id', 'job_id', 'trace_id'].map((column): (typeof FOUND)[number] => [
      `changes what is looked for, ${column}`,
      () => sql(`UPDATE entries SET ${column} = 'other' WHERE seq = 2`),
      () => ({ ok: false, seq: 2, problem: 'wrong_copy' }),
    ]),
    [
      'removes the first entry (L03)',
      () => sql('DELETE FROM entries WHERE seq = 1'),
      () => ({ ok: false, seq: 1, problem: 'gap' }),
    ],
    [
      'removes an entry',
      () => sql('DELETE FROM entries WHERE seq = 4'),
      () => ({ ok: false, seq: 4, problem: 'gap' }),
    ],
    [
      'removes an entry and closes the gap',
      async () => {
        await sql('DELETE FROM entries WHERE seq = 4');
        for (let seq = 5; seq <= rows.length; seq++) await renumber(seq, seq - 1);
      },
      () => ({ ok: false, seq: 4, problem: 'wrong_seq' }),
    ],
    [
      'removes the last entry (L02)',
      () => sql('DELETE FROM entries WHERE seq = $1', last().seq),
      () => ({ ok: false, seq: last().seq, problem: 'truncated' }),
    ],
    ['removes all', () => sql('TRUNCATE entries'), () => ({ ok: false, seq: 1, problem: 'truncated' })],
    [
      'exchanges two entries',
      async () => {
        await renumber(2, 1_000_000);
        await renumber(3, 2);
        await renumber(1_000_000, 3);
      },
      () => ({ ok: false, seq: 2, problem: 'wrong_seq' }),
    ],
    [
      'inserts an entry between others',
      async () => {
        for (let seq = last().seq; seq >= 3; seq--) await renumber(seq, seq + 1);
        await log.forge(3, rows[1]!);
      },
      () => ({ ok: false, seq: 4, problem: 'wrong_seq' }),
    ],
    [
      'adds an entry behind the last',
      () => log.forge(last().seq + 1, last()),
      () => ({ ok: false, seq: last().seq + 1, problem: 'beyond_head' }),
    ],
    [
      'adds an entry before the first',
      async () => {
        await sql('ALTER TABLE entries DROP CONSTRAINT entries_seq_check');
        await log.forge(0, { ...rows[0]!, hash: GENESIS.hash });
      },
      () => ({ ok: false, seq: 1, problem: 'out_of_order' }),
    ],
    [
      'moves the head on',
      () => sql('UPDATE head SET seq = seq + 1'),
      () => ({ ok: false, seq: last().seq + 1, problem: 'truncated' }),
    ],
    [
      'changes the head',
      () => sql(`UPDATE head SET hash = $1`, GENESIS.hash),
      () => ({ ok: false, seq: last().seq, problem: 'other_head' }),
    ],
    ['removes the head', () => sql('DELETE FROM head'), () => ({ ok: false, seq: 0, problem: 'other_head' })],
  ];

  it.each(FOUND)('and %s is found', async (_what, tamper, expected) => {
    try {
      await log.asOwner(tamper);
      expect(await log.verify()).toEqual(expected());
    } finally {
      await log.restore();
    }
    expect(await log.verify()).toMatchObject({ ok: true, entries: rows.length });
  });

  it.each<[string, () => Promise<unknown>, () => Extract<ChainVerdict, { ok: false }>]>([
    [
      'cuts the end off, head included (L02)',
      async () => {
        await sql('DELETE FROM entries WHERE seq > 3');
        await sql('UPDATE head SET seq = 3, hash = $1', rows[2]!.hash);
      },
      () => ({ ok: false, seq: 4, problem: 'truncated' }),
    ],
    [
      'writes all anew from an entry on (L04)',
      () => rewriteFrom(2),
      () => ({ ok: false, seq: last().seq, problem: 'other_head' }),
    ],
  ])('and %s is found by who kept an answer of verify', async (_what, tamper, expected) => {
    const known = await log.head();
    try {
      await log.asOwner(tamper);
      // The log alone is consistent: only what is kept elsewhere shows that it was another.
      expect(await log.verify()).toMatchObject({ ok: true });
      expect(verifyChain(await log.rows(), GENESIS, known)).toEqual(expected());
    } finally {
      await log.restore();
    }
  });
});
