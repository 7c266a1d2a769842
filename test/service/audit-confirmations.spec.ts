import {
  Audited,
  EventType,
  parseBody,
  poolUser,
  Service,
  sourceOf,
  Step,
  Subjects,
  type JobEvents,
} from '@countersign/contracts';
import { newTraceparent, newUlid, sha256Digest } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import {
  ANSWERED,
  AUDITED,
  bootServices,
  readEnvironment,
  type Emission,
  type RunningServices,
} from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aDecision, AuditBench, idOf } from './support/audit-bench.js';
import { openRig, type ServiceRig } from './support/service-rig.js';

let servers: TestServers;
let log: AuditBench;
let writer: RunningServices;
let scheduler: ServiceRig;

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  servers = await startServers();
  log = await AuditBench.open(servers);
  const environment = await readEnvironment(ROOT, servers.env);
  writer = await bootServices(
    APPS.filter((app) => app.service === Service.AuditWriter),
    environment.config,
    (app) => environment.credentialsOf(app),
  );
  scheduler = await openRig(servers, Service.Scheduler);
});
afterAll(async () => {
  await scheduler?.close();
  await writer?.stop();
  await log?.rig.close();
  await servers?.stop();
});

const anOfferOf = (jobId: string, decision: string): Emission => ({
  subject: Subjects.dispatch.address({ pool: 'mcp', tail: 'x' }),
  id: idOf(jobId, Step.Offer),
  type: EventType.Offer,
  body: {},
  jobId,
  cause: { id: decision, traceparent: newTraceparent() },
});

const anEventOf = (jobId: string, decision: string): Emission => {
  const told = {
    trace_id: null,
    state: 'DENIED',
    attempt: 0,
    reason_code: 'rule',
    at: '2026-01-01T00:00:00Z',
  };
  const other = newUlid();
  const body: JobEvents = {
    jobs: [
      { ...told, job_id: other, job_hash: sha256Digest(other), cause: idOf(other, Step.Decision) },
      { ...told, job_id: jobId, job_hash: sha256Digest(jobId), cause: decision },
    ],
  };
  const subject = Subjects.eventJob.address({ tenant: 'default', producer: 'gateway', state: 'denied' });
  return {
    subject,
    id: `${other}:event-denied:0:${'a'.repeat(16)}`,
    type: EventType.JobEvent,
    body,
    final: true,
  };
};

describe('a sender whose confirmation got lost', () => {
  /** A decision that is in the log, sent by a process that ended with the word of it and without any of its answer. */
  async function aDecisionWithoutAnswer(jobId: string): Promise<string> {
    const id = idOf(jobId, Step.Decision);
    const evaluator = await openRig(servers, Service.PolicyEvaluator);
    await evaluator.connections.road.run((work) => {
      work.emit({
        subject: Subjects.decision.address({ effect: 'allow', tail: 'x' }),
        id,
        type: EventType.Decision,
        body: aDecision(jobId, 'default'),
        jobId,
      });
      return Promise.resolve();
    });
    const confirmed: string[] = [];
    const listening = evaluator.connections.main.subscribe(
      Subjects.eventAudited.address({ service: Service.PolicyEvaluator }),
      (data) => confirmed.push(...auditedOf(data).appended),
    );
    await vi.waitFor(() => expect(confirmed).toContain(id), { timeout: 10_000 });
    listening.stop();
    await evaluator.close();
    expect(await flagsOf(id)).toEqual([AUDITED]);
    return id;
  }
  const auditedOf = (data: Uint8Array) => {
    const parsed = parseBody(Audited, data);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return parsed.value;
  };
  const flagsOf = async (id: string) =>
    (
      await log.rig.rows<{ flags: number }>('SELECT flags FROM policy_evaluator.outbox WHERE event_id = $1', [
        id,
      ])
    ).map((row) => row.flags);
  const inLog = async (id: string) => (await log.entries()).filter((entry) => entry.event_id === id).length;

  it.each<[string, (jobId: string, decision: string) => Emission]>([
    ['a message', anOfferOf],
    ['one of many jobs in an event', anEventOf],
  ])(
    'hears of its answer by %s when it repeats the message, and repeats it no more',
    async (_by, answerTo) => {
      const jobId = newUlid();
      const id = await aDecisionWithoutAnswer(jobId);
      await scheduler.connections.road.run((work) => {
        work.emit(answerTo(jobId, id));
        return Promise.resolve();
      });
      await vi.waitFor(async () => expect((await log.entries()).map((e) => e.causation_id)).toContain(id), {
        timeout: 10_000,
      });
      expect(await flagsOf(id)).toEqual([AUDITED]);
      const restarted = await openRig(servers, Service.PolicyEvaluator);
      await vi.waitFor(async () => expect(await flagsOf(id)).toEqual([]), { timeout: 20_000 });
      await restarted.close();
      expect(await inLog(id)).toBe(1);
    },
  );

  it('hears of none that a worker made up', async () => {
    const jobId = newUlid();
    const id = await aDecisionWithoutAnswer(jobId);
    const user = poolUser('mcp');
    const pool = await Bus.connect({ servers: servers.natsUrl, user, seed: await servers.keys.seedOf(user) });
    await pool.publish([
      {
        subject: Subjects.result.address({ pool: 'mcp', tail: 'x' }),
        id: idOf(jobId, Step.Result),
        type: EventType.Result,
        source: sourceOf(Service.Scheduler),
        body: JSON.stringify({ job_id: jobId }),
        time: new Date().toISOString(),
        jobId,
        causationId: id,
      },
    ]);
    await pool.close();
    await vi.waitFor(
      async () => expect((await log.entries()).some((entry) => entry.causation_id === id)).toBe(true),
      { timeout: 10_000 },
    );
    const restarted = await openRig(servers, Service.PolicyEvaluator);
    const heard: Audited[] = [];
    restarted.connections.main.subscribe(
      Subjects.eventAudited.address({ service: Service.PolicyEvaluator }),
      (data) => heard.push(auditedOf(data)),
    );
    await vi.waitFor(() => expect(heard.flatMap((audited) => audited.appended)).toContain(id), {
      timeout: 20_000,
    });
    await restarted.close();
    expect(heard.flatMap((audited) => audited.answered)).not.toContain(id);
    expect((await flagsOf(id)).map((flags) => flags & ANSWERED)).toEqual([0]);
  });
});
