import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONSUMERS, Service } from '@countersign/contracts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestServices, type PartName } from './support/services.js';

let services: TestServices;
let database: pg.Client;

beforeAll(async () => {
  services = await TestServices.start();
  database = new pg.Client({ connectionString: services.servers.postgres.url });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await services?.stop();
});

const count = async (sql: string, id: string) =>
  Number((await database.query<{ n: string }>(`SELECT count(*) n FROM ${sql}`, [id])).rows[0]!.n);

/** Exactly one effect: one row of each kind, one attempt, one entry of each message in the audit log. */
async function expectOneOfEach(id: string, wanted: Record<string, number>): Promise<void> {
  const rows: Record<string, string> = {
    decisions: 'policy_evaluator.decisions WHERE job_id = $1',
    approvals: 'approval_service.approvals WHERE job_id = $1',
    attempts: 'scheduler.attempts WHERE job_id = $1',
    verdicts: 'output_scanner.verdicts WHERE job_id = $1',
    offers: `audit_writer.entries WHERE job_id = $1 AND type = 'offer.v1'`,
    outputs: `audit_writer.entries WHERE job_id = $1 AND type = 'output.v1'`,
  };
  await vi.waitFor(
    async () => {
      const found = await Promise.all(
        Object.keys(wanted).map(async (key) => [key, await count(rows[key]!, id)] as const),
      );
      expect(Object.fromEntries(found)).toEqual(wanted);
    },
    { timeout: 40_000, interval: 100 },
  );
}

const write = { topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] };

/** An output with more findings than can be looked at one by one is quarantined whole. */
async function plantQuarantine(): Promise<Record<string, unknown>> {
  const key = () =>
    `AKIA${[...randomBytes(16)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('')}`;
  await writeFile(
    join(services.servers.stateDir, 'worker/workspace/keys.txt'),
    Array.from({ length: 1_100 }, key).join('\n'),
  );
  return { topic: 'job.mcp-bridge.read.file', params: { file: 'keys.txt' } };
}

describe('a service that is killed between its commit and its acknowledgement does everything once (X04, H16)', () => {
  const hops: [string, PartName, string][] = [
    ['JOBS/policy-evaluator', Service.PolicyEvaluator, 'road.after-commit'],
    ['DECISIONS/scheduler', Service.Scheduler, 'road.after-commit'],
    ['DECISIONS/approval-service', Service.ApprovalService, 'road.after-commit'],
    ['APPROVALS/scheduler', Service.Scheduler, 'road.after-commit'],
    ['RESULTS/scheduler', Service.Scheduler, 'road.after-commit'],
    ['RESULTS/output-scanner', Service.OutputScanner, 'road.after-commit'],
    ['VERDICTS/scheduler', Service.Scheduler, 'road.after-commit'],
    ['EVENTS/approval-service', Service.ApprovalService, 'road.after-commit'],
    ...['JOBS', 'DECISIONS', 'APPROVALS', 'DISPATCH', 'RESULTS', 'VERDICTS', 'OUTPUTS', 'EVENTS'].map(
      (stream): [string, PartName, string] => [stream, Service.AuditWriter, 'audit.after-commit'],
    ),
  ];

  it.each(hops)('%s (%s)', async (hop, part, point) => {
    await services.restartWithFault(part, `${point} ${hop}`);
    const dead = services.died(part).then(async (signal) => {
      await services.startPart(part);
      return signal;
    });
    const { api } = services;
    const job = await api.submit(write);
    await vi.waitFor(async () => expect((await api.approve(job.job_id)).status).toBe(200), {
      timeout: 30_000,
      interval: 100,
    });
    expect(await dead).toBe('SIGKILL');
    await api.reaches(job.job_id, 'COMPLETED');
    await expectOneOfEach(job.job_id, {
      decisions: 1,
      approvals: 1,
      attempts: 1,
      verdicts: 1,
      offers: 1,
      outputs: 1,
    });
    const verified = await api.call<{ ok: boolean }>('GET', '/api/v1/audit/verify');
    expect(verified.body).toMatchObject({ ok: true });
  });

  it.each([
    ['VERDICTS/approval-service', Service.ApprovalService],
    ['APPROVALS/output-scanner', Service.OutputScanner],
  ] as const)('%s, around a quarantine (O4)', async (hop, part) => {
    await services.restartWithFault(part, `road.after-commit ${hop}`);
    const dead = services.died(part).then(async (signal) => {
      await services.startPart(part);
      return signal;
    });
    const { api } = services;
    const job = await api.submit(await plantQuarantine());
    await api.reaches(job.job_id, 'QUARANTINED');
    expect((await api.output(job.job_id)).status).toBe(409);
    await vi.waitFor(
      async () => {
        const answer = await api.call('POST', `/api/v1/approvals/${job.job_id}/deny?kind=output`, {
          note: 'keep it',
        });
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      },
      { timeout: 30_000, interval: 100 },
    );
    expect(await dead).toBe('SIGKILL');
    await api.reaches(job.job_id, 'WITHHELD');
    expect((await api.output(job.job_id)).status).toBe(409);
  });

  it('an approved quarantined output is released without another run (O4)', async () => {
    const { api } = services;
    const job = await api.submit(await plantQuarantine());
    await api.reaches(job.job_id, 'QUARANTINED');
    await vi.waitFor(
      async () => {
        const answer = await api.call('POST', `/api/v1/approvals/${job.job_id}/approve?kind=output`, {
          note: 'known keys',
        });
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      },
      { timeout: 20_000, interval: 100 },
    );
    const view = await api.reaches(job.job_id, 'COMPLETED');
    expect(view.attempts).toHaveLength(1);
    expect((await api.output(job.job_id)).status).toBe(200);
  });

  it('an approval that nobody answers expires by the clock of the database, and can no longer be given (H3, H03)', async () => {
    const { api } = services;
    const job = await api.submit(write);
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    await vi.waitFor(async () => {
      const { rows } = await database.query<{ ttl: number }>(
        `UPDATE approval_service.approvals SET expires_at = now() WHERE job_id = $1
         RETURNING round(extract(epoch FROM (SELECT expires_at - created_at FROM approval_service.approvals WHERE job_id = $1)))::int AS ttl`,
        [job.job_id],
      );
      expect(rows).toEqual([{ ttl: 300 }]);
    });
    expect((await api.approve(job.job_id)).status).toBe(409);
    expect((await api.reaches(job.job_id, 'EXPIRED')).attempts).toEqual([]);
  });

  it('an output over 512 KiB is refused as output_too_large', async () => {
    const { api } = services;
    const command = ['sh', '-c', 'head -c 400000 /dev/zero | tr "\\0" "\\001"'];
    const job = await api.submit({ topic: 'job.agent.exec.big', risk_tags: ['medium'], params: { command } });
    const view = await api.reaches(job.job_id, 'FAILED');
    expect(view.reason_code).toBe('output_too_large');
    expect((await api.output(job.job_id)).status).toBe(409);
  });

  it('a worker that is killed after its claim never runs the job twice: the outcome is unknown', async () => {
    await services.restartWithFault('worker', 'worker.after-claim');
    const dead = services.died('worker');
    const { api } = services;
    const job = await api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
    expect(await dead).toBe('SIGKILL');
    await services.startPart('worker');
    const view = await api.reaches(job.job_id, 'TIMED_OUT');
    expect(view).toMatchObject({
      reason_code: 'lease_expired',
      attempts: [{ attempt: 1, outcome: 'unknown' }],
    });
  });

  it('covers every durable that the contract names', () => {
    const named = new Set(
      hops.map(([hop]) => hop).concat('VERDICTS/approval-service', 'APPROVALS/output-scanner'),
    );
    for (const consumer of Object.values(CONSUMERS))
      expect(named).toContain(`${consumer.stream}/${consumer.durable}`);
  });
});
