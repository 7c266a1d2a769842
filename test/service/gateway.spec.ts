import { randomUUID } from 'node:crypto';
import { EventType, producerUser, Service, sourceOf, Subjects } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';

const DECIDING = [Service.AuditWriter, Service.PolicyEvaluator, Service.Scheduler] as const;
/** Longer than two sweeps. */
const PATIENTLY = { timeout: 20_000, interval: 50 };
const READ = { topic: 'job.other.thing', tenant_id: 'default' };

let servers: TestServers;
let database: pg.Client;
let gateway: RunningServices | undefined;
/** The services that decide and remember. The gateway must do its part without them. */
let others: RunningServices | undefined;
const api = new Api();

async function start(services: readonly Service[]): Promise<RunningServices> {
  const environment = await readEnvironment(ROOT, servers.env);
  return bootServices(
    APPS.filter((app) => services.includes(app.service)),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
}
async function startOthers(): Promise<void> {
  others ??= await start(DECIDING);
}
async function stopOthers(): Promise<void> {
  await others?.stop();
  others = undefined;
}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  database = new pg.Client({ connectionString: servers.postgres.url });
  await database.connect();
  gateway = await start([Service.Gateway]);
  api.url = gateway.url;
});
afterAll(async () => {
  await gateway?.stop();
  await stopOthers();
  await database?.end();
  await servers?.stop();
});

const rows = async <T extends pg.QueryResultRow>(sql: string, ...params: readonly unknown[]) =>
  (await database.query<T>(sql, [...params])).rows;
const submit = (body: object, key?: string) =>
  api.call<Accepted & { readonly code?: string }>(
    'POST',
    '/api/v1/jobs',
    body,
    key === undefined ? {} : { 'idempotency-key': key },
  );
const intakeOf = (jobId: string) => rows('SELECT * FROM gateway.intake WHERE job_id = $1', jobId);
const keysOf = (key: string) =>
  rows<{ job_id: string }>('SELECT * FROM gateway.idempotency_keys WHERE key = $1', key);
const outboxOf = (jobId: string) => rows('SELECT * FROM gateway.outbox WHERE job_id = $1', jobId);
/** Makes a row due as if its time had passed. */
const makeDue = (jobId: string) => rows('UPDATE gateway.intake SET due_at = now() WHERE job_id = $1', jobId);

describe('an idempotency key', () => {
  it('makes one job of ten requests at once, and gives all of them the same answer', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => submit(READ, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { job_id: jobId } = answers[0]!.body;
    expect(await keysOf(key)).toMatchObject([{ job_id: jobId }]);
    expect(await outboxOf(jobId)).toHaveLength(1);
    expect(await intakeOf(jobId)).toHaveLength(1);
  });

  it('makes one job of ten requests at once with an id of their own, under a key each', async () => {
    const request = { ...READ, job_id: newUlid() };
    const keys = Array.from({ length: 10 }, () => randomUUID());
    const answers = await Promise.all(keys.map((key) => submit(request, key)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    for (const key of keys) expect((await submit(request, key)).body).toEqual(answers[0]!.body);
    expect(await outboxOf(request.job_id)).toHaveLength(1);
  });

  it('lets one of ten different requests at once through and refuses the others', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => submit({ ...READ, params: { n } }, key)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, ...Array.from({ length: 9 }, () => 422)]);
    const refused = answers.filter(({ status }) => status === 422);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(new Set(['idempotency_key_reused']));
    expect(await keysOf(key)).toHaveLength(1);
  });

  it('is another key for another caller, and in another tenant', async () => {
    const key = randomUUID();
    const others = [
      ['default', 'another'],
      ['another', 'local-producer'],
    ];
    for (const [tenant, caller] of others)
      await rows(
        `INSERT INTO gateway.idempotency_keys (tenant_id, caller, key, request_sha256, job_id, job_hash, trace_id)
         VALUES ($1, $2, $3, 'sha256:another', $4, 'sha256:another', 'another')`,
        tenant,
        caller,
        key,
        newUlid(),
      );
    const answer = await submit(READ, key);
    expect(answer.status).toBe(202);
    expect((await submit(READ, key)).body).toEqual(answer.body);
    expect(await keysOf(key)).toHaveLength(3);
  });

  it('is kept of no refused request', async () => {
    const key = randomUUID();
    const { body } = await submit({ ...READ, job_id: newUlid() });
    const conflict = await submit({ ...READ, job_id: body.job_id, params: { other: true } }, key);
    expect([conflict.status, conflict.body.code]).toEqual([409, 'job_id_conflict']);
    expect(await keysOf(key)).toEqual([]);
    expect((await submit(READ, key)).status).toBe(202);
  });

  it('is deleted an hour after its 24 hours, and no sooner', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    for (const [key, age] of [
      [old, '25 hours 1 second'],
      [young, '24 hours 50 minutes'],
    ] as const) {
      await submit(READ, key);
      await rows(
        'UPDATE gateway.idempotency_keys SET created_at = now() - $2::interval WHERE key = $1',
        key,
        age,
      );
    }
    await vi.waitFor(async () => expect(await keysOf(old)).toEqual([]), PATIENTLY);
    expect(await keysOf(young)).toHaveLength(1);
  });

  it('is free again after 24 hours, though it was not deleted yet', async () => {
    const key = randomUUID();
    const first = await submit(READ, key);
    const age = (interval: string) =>
      rows(
        `UPDATE gateway.idempotency_keys SET created_at = now() - $2::interval WHERE key = $1`,
        key,
        interval,
      );
    await age('23 hours 59 minutes');
    expect((await submit({ ...READ, params: 1 }, key)).status).toBe(422);
    expect((await submit(READ, key)).body).toEqual(first.body);
    await age('24 hours');
    const later = await submit({ ...READ, params: 1 }, key);
    expect(later.status).toBe(202);
    expect(later.body.job_id).not.toBe(first.body.job_id);
    expect((await submit(READ, key)).status).toBe(422);
  });
});

describe('a job in the intake', () => {
  beforeAll(startOthers);
  afterAll(stopOthers);

  it('is forgotten once the scheduler has it, and answered alike whoever is asked', async () => {
    const key = randomUUID();
    const request = { ...READ, job_id: newUlid() };
    const { body: accepted } = await submit(request, key);
    const before = await api.reaches(accepted.job_id, 'DENIED');
    await makeDue(accepted.job_id);
    await vi.waitFor(async () => expect(await intakeOf(accepted.job_id)).toEqual([]), PATIENTLY);
    expect(await api.job(accepted.job_id)).toEqual(before);
    expect((await submit(request, key)).body).toEqual(accepted);
    expect((await submit(request)).body).toEqual(accepted);
    const other = await submit({ ...request, params: { other: true } });
    expect([other.status, other.body.code]).toEqual([409, 'job_id_conflict']);
    expect(await intakeOf(accepted.job_id)).toEqual([]);
    await vi.waitFor(async () => expect(await outboxOf(accepted.job_id)).toEqual([]), PATIENTLY);
  });

  it('is looked at again later, each time after twice as long, while the scheduler does not have it', async () => {
    const jobId = newUlid();
    await rows(
      `INSERT INTO gateway.intake (tenant_id, job_id, job_hash, topic, agent_id, caller, trace_id, created_at, due_at)
       VALUES ('default', $1, 'sha256:unknown', 'job.x', 'a', 'c', 't', now() - interval '10 minutes', now())`,
      jobId,
    );
    const postponed = () =>
      rows<{ minutes: number }>(
        `SELECT round(extract(epoch FROM due_at - now()) / 60)::int AS minutes FROM gateway.intake WHERE job_id = $1`,
        jobId,
      );
    await vi.waitFor(async () => expect(await postponed()).toEqual([{ minutes: 10 }]), PATIENTLY);
    expect(await api.job(jobId)).toMatchObject({ state: 'SUBMITTED' });
    await rows('DELETE FROM gateway.intake WHERE job_id = $1', jobId);
  });

  it('is sent once more and at last answered, when it came again while nobody could say that it is known', async () => {
    const request = { ...READ, job_id: newUlid() };
    const { body: accepted } = await submit(request);
    await api.reaches(accepted.job_id, 'DENIED');
    await makeDue(accepted.job_id);
    await vi.waitFor(async () => {
      expect(await intakeOf(accepted.job_id)).toEqual([]);
      expect(await outboxOf(accepted.job_id)).toEqual([]);
    }, PATIENTLY);
    await stopOthers();
    const again = await submit(request);
    expect([again.status, again.body.job_hash]).toEqual([202, accepted.job_hash]);
    await startOthers();
    await makeDue(accepted.job_id);
    await vi.waitFor(async () => {
      expect(await intakeOf(accepted.job_id)).toEqual([]);
      expect(await outboxOf(accepted.job_id)).toEqual([]);
    }, PATIENTLY);
    expect(await rows('SELECT 1 FROM scheduler.jobs WHERE job_id = $1', accepted.job_id)).toHaveLength(1);
  });

  it('is there while the scheduler is away, and after', async () => {
    await stopOthers();
    const { body: accepted } = await submit(READ);
    await makeDue(accepted.job_id);
    expect((await api.call('GET', `/api/v1/jobs/${accepted.job_id}`)).status).toBe(503);
    await startOthers();
    await api.reaches(accepted.job_id, 'DENIED');
    await vi.waitFor(async () => expect(await intakeOf(accepted.job_id)).toEqual([]), PATIENTLY);
  });
});

describe('a job that will never be decided', () => {
  beforeAll(startOthers);
  afterAll(stopOthers);

  /** Gives a job id to another tenant, as if its job had been decided. */
  async function takeForAnotherTenant(jobId: string): Promise<void> {
    await rows(
      `INSERT INTO policy_evaluator.decisions (job_id, tenant_id, job_hash, type, policy_snapshot, message)
       VALUES ($1, 'another', $2, 'ALLOW', 'sha256:x', '{}')`,
      jobId,
      `sha256:${'a'.repeat(64)}`,
    );
  }
  const listed = async (query: string) => {
    const { body } = await api.call<{ items: { job_id: string }[] }>('GET', `/api/v1/jobs${query}`);
    return body.items.map((item) => item.job_id);
  };

  it('has failed when its id is another tenant’s, is listed so, and leaves its refusal in the caller’s trace', async () => {
    const jobId = newUlid();
    await takeForAnotherTenant(jobId);
    const { body: accepted } = await submit({ ...READ, job_id: jobId });
    const view = await api.reaches(jobId, 'FAILED');
    expect(view).toMatchObject({
      reason_code: 'job_id_conflict',
      reason: 'Another job with this id and other content exists.',
      trace_id: accepted.trace_id,
      attempts: [],
    });
    expect(await listed('?state=FAILED')).toContain(jobId);
    expect(await listed('')).toContain(jobId);
    expect(await listed('?state=SUBMITTED')).not.toContain(jobId);
    const cancel = await api.call('POST', `/api/v1/jobs/${jobId}/cancel`);
    expect([cancel.status, cancel.body['state']]).toEqual([409, 'FAILED']);
    expect((await api.output(jobId)).body).toMatchObject({ code: 'not_released', state: 'FAILED' });
    await vi.waitFor(async () => {
      const items = await api.timeline(accepted.trace_id);
      expect(items.find(({ type }) => type === 'refused.v1')?.summary).toMatchObject({
        what: 'job',
        reason_code: 'job_id_conflict',
      });
    }, PATIENTLY);
  });

  it('has failed 15 minutes after the evaluator gave its message up', async () => {
    await stopOthers();
    const { body: accepted } = await submit({ ...READ, params: { broken: true } });
    // A row that breaks a rule of its table fails the handler for good, unlike a database that is away.
    await rows(
      `ALTER TABLE policy_evaluator.decisions ADD CONSTRAINT broken CHECK (job_id <> '${accepted.job_id}')`,
    );
    await startOthers();
    const minutes = await vi.waitFor(
      async () => {
        const [row] = await rows<{ minutes: number }>(
          `SELECT round(extract(epoch FROM ended_at - now()) / 60)::int AS minutes FROM gateway.intake
            WHERE job_id = $1 AND ended_code IS NOT NULL`,
          accepted.job_id,
        );
        expect(row).toBeDefined();
        return row?.minutes;
      },
      { timeout: 50_000, interval: 200 },
    );
    await rows('ALTER TABLE policy_evaluator.decisions DROP CONSTRAINT broken');
    expect(minutes).toBe(15);
    expect(await api.job(accepted.job_id)).toMatchObject({ state: 'SUBMITTED', reason_code: null });
    expect(await listed('?state=SUBMITTED')).toContain(accepted.job_id);
    await rows('UPDATE gateway.intake SET ended_at = now() WHERE job_id = $1', accepted.job_id);
    expect(await api.job(accepted.job_id)).toMatchObject({ state: 'FAILED', reason_code: 'dead_lettered' });
    expect(await listed('?state=FAILED')).toContain(accepted.job_id);
  });

  it('is never one whose id another producer names in a message of its own', async () => {
    const { body: victim } = await submit({ ...READ, job_id: newUlid() });
    await api.reaches(victim.job_id, 'DENIED');
    const user = producerUser('local-producer');
    const producer = await Bus.connect({
      servers: servers.natsUrl,
      user,
      seed: await servers.keys.seedOf(user),
    });
    const heard = async () =>
      (await rows(`SELECT 1 FROM gateway.inbox WHERE consumer = 'EVENTS/gateway'`)).length;
    const before = await heard();
    const bodies = [{ ...READ, job_id: victim.job_id, params: { other: true } }, { broken: true }];
    const outcomes = await producer.publish(
      bodies.map((body, i) => ({
        subject: Subjects.job.address({ tail: 'other.thing' }),
        id: `${victim.job_id}:job:0:${victim.job_hash.slice(7, 23)}`,
        type: EventType.Job,
        source: sourceOf('gateway'),
        body: JSON.stringify(body),
        time: new Date().toISOString(),
        // Another sending of the victim's event: the same one again, the broker would drop.
        sendNumber: 100 + i,
        jobId: victim.job_id,
        traceparent: `00-${victim.trace_id}-b7ad6b7169203331-01`,
      })),
    );
    await producer.close();
    expect(outcomes).toEqual(['stored', 'stored']);
    await vi.waitFor(async () => expect(await heard()).toBe(before + bodies.length), PATIENTLY);
    expect(await intakeOf(victim.job_id)).toMatchObject([{ ended_code: null }]);
  });

  it('is shown for 30 days', async () => {
    const jobId = newUlid();
    await takeForAnotherTenant(jobId);
    await submit({ ...READ, job_id: jobId });
    await api.reaches(jobId, 'FAILED');
    const [left] = await rows<{ days: number }>(
      'SELECT round(extract(epoch FROM due_at - ended_at) / 86400)::int AS days FROM gateway.intake WHERE job_id = $1',
      jobId,
    );
    expect(left).toEqual({ days: 30 });
    await makeDue(jobId);
    await vi.waitFor(async () => expect(await intakeOf(jobId)).toEqual([]), PATIENTLY);
    expect((await api.call('GET', `/api/v1/jobs/${jobId}`)).status).toBe(404);
  });
});

describe('a refused command', () => {
  beforeAll(startOthers);
  afterAll(stopOthers);

  it('stands in the audit log, under the trace that its caller was told, without a word of its body', async () => {
    const secret = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
    const body = JSON.stringify({ ...READ, risk_tags: [7], params: { secret } });
    const answer = await api.call<{ trace_id: string }>('POST', '/api/v1/jobs', body);
    expect(answer.status).toBe(400);
    const item = await vi.waitFor(async () => {
      const found = (await api.timeline(answer.body.trace_id)).find(({ type }) => type === 'refused.v1');
      expect(found).toBeDefined();
      return found!;
    }, PATIENTLY);
    expect(item.subject).toBe('event.gateway.refused');
    expect(item.summary).toMatchObject({
      what: 'submit',
      reason_code: 'invalid_field',
      detail: { by: 'local-producer', pointer: '/risk_tags/0', count: 1 },
    });
    const kept = await rows(`SELECT 1 FROM audit_writer.entries WHERE text LIKE '%' || $1 || '%'`, secret);
    expect(kept).toEqual([]);
  });
});
