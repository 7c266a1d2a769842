import {
  producerUser,
  Subjects,
  EventType,
  sourceOf,
  type JobEvents,
  type Output,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type Outgoing } from '@countersign/messaging';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestServices } from './support/services.js';

let services: TestServices;
let database: pg.Client;
let producer: Bus;
const outputs: Output[] = [];
const events: { subject: string; body: JobEvents }[] = [];

beforeAll(async () => {
  services = await TestServices.start();
  database = new pg.Client({ connectionString: services.servers.postgres.url });
  await database.connect();
  const user = producerUser('local-producer');
  producer = await Bus.connect({
    servers: services.servers.natsUrl,
    user,
    seed: await services.servers.keys.seedOf(user),
  });
  const mine = { tenant: 'default', producer: 'local-producer' };
  producer.subscribe(Subjects.output.filter(mine), (data) =>
    outputs.push(JSON.parse(Buffer.from(data).toString()) as Output),
  );
  producer.subscribe(Subjects.eventJob.filter(mine), (data, subject) => {
    events.push({ subject, body: JSON.parse(Buffer.from(data).toString()) as JobEvents });
  });
  await producer.flush();
});
afterAll(async () => {
  await producer?.close();
  await database?.end();
  await services?.stop();
});

const send = (tail: string, body: string, id = newUlid()) => {
  const message: Outgoing = {
    subject: Subjects.job.address({ tail }),
    id,
    type: EventType.Job,
    source: sourceOf('local-producer'),
    body,
    time: new Date().toISOString(),
  };
  return producer.publish([message]);
};
const request = (over: Record<string, unknown> = {}) => ({
  topic: 'job.mcp-bridge.read.list_tickets',
  tenant_id: 'default',
  job_id: newUlid(),
  ...over,
});

describe('a producer on the bus', () => {
  it('sends a job through its own account and gets its output, and nobody else does', async () => {
    const job = request();
    expect(await send('mcp-bridge.read.list_tickets', JSON.stringify(job))).toEqual(['stored']);
    await vi.waitFor(() => expect(outputs.map((output) => output.job_id)).toContain(job.job_id), {
      timeout: 15_000,
    });
    expect(
      events.some(
        (event) =>
          event.subject.endsWith('.accepted') && event.body.jobs.some((j) => j.job_id === job.job_id),
      ),
    ).toBe(true);
  });

  it('that sends the same job twice gets one run', async () => {
    const job = request();
    await send('mcp-bridge.read.list_tickets', JSON.stringify(job));
    await send('mcp-bridge.read.list_tickets', JSON.stringify(job));
    await vi.waitFor(() => expect(outputs.filter((output) => output.job_id === job.job_id)).toHaveLength(1), {
      timeout: 15_000,
    });
    const { rows } = await database.query('SELECT 1 FROM scheduler.attempts WHERE job_id = $1', [job.job_id]);
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['another tenant', { tenant_id: 'victim' }, 'tenant_mismatch'],
    ['a known job id with other content', undefined, 'job_id_conflict'],
  ])('that claims %s is refused, and the refusal is audited', async (_name, over, code) => {
    const first = request();
    await send('mcp-bridge.read.list_tickets', JSON.stringify(first));
    const second = over ? request(over) : { ...first, labels: { changed: 'yes' } };
    await vi.waitFor(async () => {
      const { rows } = await database.query('SELECT 1 FROM policy_evaluator.decisions WHERE job_id = $1', [
        first.job_id,
      ]);
      expect(rows).toHaveLength(1);
    });
    await send('mcp-bridge.read.list_tickets', JSON.stringify(second));
    await vi.waitFor(
      async () => {
        const { rows } = await database.query<{ text: string }>(
          `SELECT text FROM audit_writer.entries WHERE job_id = $1 AND type = $2`,
          [second.job_id, EventType.Refused],
        );
        expect(rows.map((row) => row.text).join('')).toContain(code);
      },
      { timeout: 15_000 },
    );
  });

  it.each([
    ['malformed JSON', '{', 'malformed_json', ''],
    ['a double member', '{"topic":"job.a","topic":"job.a","tenant_id":"default"}', 'duplicate_key', '/topic'],
    [
      'an unknown member',
      '{"topic":"job.a","tenant_id":"default","approved":true}',
      'unknown_field',
      '/approved',
    ],
    ['a wrong type', '{"topic":"job.a","tenant_id":7}', 'invalid_field', '/tenant_id'],
    ['another topic than its subject', '{"topic":"job.b","tenant_id":"default"}', 'topic_mismatch', '/topic'],
    [
      'a big integer',
      '{"topic":"job.a","tenant_id":"default","params":9007199254740993}',
      'unsafe_integer',
      '/params',
    ],
    [
      'too deep a value',
      `{"topic":"job.a","tenant_id":"default","params":${'['.repeat(80)}${']'.repeat(80)}}`,
      'too_deep',
      undefined,
    ],
    [
      'too large a body',
      `{"topic":"job.a","tenant_id":"default","params":"${'a'.repeat(600_000)}"}`,
      'too_large',
      '',
    ],
  ])(
    '%s becomes a dead letter with its reason, and is told (P20, F18)',
    async (_name, body, code, pointer) => {
      await database.query('DELETE FROM policy_evaluator.dead_letters');
      expect(await send('a', body)).toEqual(['stored']);
      await vi.waitFor(
        async () => {
          const { rows } = await database.query<{
            reason_code: string;
            pointer: string;
            dead_letter_id: string;
          }>('SELECT reason_code, pointer, dead_letter_id FROM policy_evaluator.dead_letters');
          expect(rows).toHaveLength(1);
          expect(rows[0]).toMatchObject({ reason_code: code, ...(pointer === undefined ? {} : { pointer }) });
          const told = await database.query(
            'SELECT 1 FROM audit_writer.entries WHERE type = $1 AND text LIKE $2',
            [EventType.DeadLetter, `%${rows[0]!.dead_letter_id}%`],
          );
          expect(told.rows).toHaveLength(1);
        },
        { timeout: 15_000 },
      );
    },
  );

  it('that names a victim’s event id changes nothing for the victim', async () => {
    const victim = await services.api.submit({
      topic: 'job.mcp-bridge.write.update_ticket',
      risk_tags: ['prod'],
    });
    const hash16 = victim.job_hash.slice(7, 23);
    for (const step of ['job:0', 'decision:0', 'approval:0', 'offer:1', 'verdict:1', 'output:1'])
      await send('a', '{}', `${victim.job_id}:${step}:${hash16}`);
    await services.api.reaches(victim.job_id, 'PENDING_APPROVAL');
    await vi.waitFor(async () => expect((await services.api.approve(victim.job_id)).status).toBe(200));
    await services.api.reaches(victim.job_id, 'COMPLETED');
    const types = (
      await vi.waitFor(async () => {
        const items = await services.api.timeline(victim.trace_id);
        expect(items.map((item) => item.type)).toContain('output.v1');
        return items;
      })
    ).map((item) => item.type);
    expect(types).toContain('decision.v1');
    expect(types).toContain('offer.v1');
  });

  it('can publish nothing but jobs (X01)', async () => {
    for (const subject of [
      'dispatch.mcp.x',
      'decision.allow.x',
      'from.gateway.job.x',
      'output.default.local-producer.x',
    ]) {
      const [outcome] = await producer.publish([
        {
          subject,
          id: newUlid(),
          type: EventType.Job,
          source: 'x',
          body: '{}',
          time: new Date().toISOString(),
        },
      ]);
      expect(outcome).toBe('failed');
    }
  });
});
