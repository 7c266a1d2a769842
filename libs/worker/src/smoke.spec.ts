import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ack, type Delivery } from '@countersign/messaging';
import { Result, parseBody, type ClaimRequest, type HeartbeatRequest } from '@countersign/contracts';
import { TestBroker } from '../../messaging/src/testing/test-broker.js';
import { anOffer } from './testing/worker-rig.js';
import { runWorkerOn } from './run-worker.js';
import { agentHandler } from '../../../apps/worker-reference/src/agent/agent-handler.js';
import { randomBytes } from 'node:crypto';
import { newUlid, canonicalJson, sha256Digest } from '@countersign/kernel';
import { sealJob } from '@countersign/contracts';

it('smoke', async () => {
  const broker = await TestBroker.start();
  const dir = await mkdtemp(join(tmpdir(), 'smoke-'));
  const sched = await broker.bus('scheduler');
  const rpc = await broker.bus('scheduler-rpc');
  let claimReqs = 0,
    hbs = 0;
  const recorded = new Set<string>();
  const leases = new Map<string, string>();
  let limit = 30;
  rpc.respond('claim.*', async (batch) =>
    batch.map((r) => {
      claimReqs++;
      const q = JSON.parse(Buffer.from(r.data).toString()) as ClaimRequest;
      return {
        ok: true,
        answers: q.claims.map((c) => {
          const id = newUlid();
          leases.set(c.job_id, id);
          return {
            ok: true,
            job_id: c.job_id,
            attempt: c.attempt,
            lease: { id, epoch: 1, duration_ms: 15000 },
            server_time: new Date().toISOString(),
            run_id: 'run_20260101T000000Z_' + randomBytes(4).toString('hex'),
            constraints: { max_runtime_sec: limit },
            heartbeat_sec: 5,
          };
        }),
      };
    }),
  );
  rpc.respond('heartbeat.*', async (batch) =>
    batch.map((r) => {
      hbs++;
      const q = JSON.parse(Buffer.from(r.data).toString()) as HeartbeatRequest;
      return {
        ok: true,
        answers: q.leases.map((l) => ({
          ok: true,
          lease_id: l.lease_id,
          extends_ms: 15000,
          cancel: false,
          result_recorded: recorded.has(l.lease_id),
        })),
      };
    }),
  );
  const results: Result[] = [];
  let batches = 0;
  const take = async (batch: readonly Delivery[]) => {
    batches++;
    for (const d of batch) {
      const p = parseBody(Result, d.data);
      if (!p.ok) throw new Error(p.problem.message);
      results.push(p.value);
      recorded.add(p.value.lease.id);
    }
    return batch.map(() => ack);
  };
  await sched.consume({ stream: 'RESULTS', durable: 'scheduler' }, take);
  const log = {
    info: () => undefined,
    warn: (m: string, f: unknown) => console.log('W', m, f),
    error: (m: string, f: unknown) => console.log('E', m, f),
  };
  const offer = (topic: string, pool: string, params: unknown) => {
    const jobId = newUlid();
    const { text, hash } = sealJob({ topic, tenant_id: 'default', params }, { jobId, agentId: 'a' });
    return {
      subject: `dispatch.${pool}.${topic.slice(4)}`,
      id: `${jobId}:offer:1:${hash.slice(7, 23)}`,
      type: 'offer.v1',
      source: '/countersign/scheduler',
      time: new Date().toISOString(),
      jobId,
      body: JSON.stringify({
        job_id: jobId,
        job_hash: hash,
        job: text,
        attempt: 1,
        pool,
        offer_expires_at: new Date().toISOString(),
      }),
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
  };
  const mcp = await runWorkerOn(await broker.bus('pool-mcp', { apiPrefix: 'CORE.API' }), {
    pool: 'mcp',
    workerId: 'm1',
    stateDir: dir,
    concurrency: 256,
    handle: async () => ({ status: 'succeeded', output: { ok: true } }),
    log,
  });
  const N = 6000;
  const all = Array.from({ length: N }, () => offer('job.mcp-bridge.read.x', 'mcp', {}));
  const t = performance.now();
  for (let i = 0; i < N; i += 500) await sched.publish(all.slice(i, i + 500));
  while (results.length < N && performance.now() - t < 30000) await new Promise((r) => setTimeout(r, 5));
  const sec = (performance.now() - t) / 1000;
  console.log(
    'RATE',
    results.length,
    Math.round(N / sec),
    'jobs/s; claim requests',
    claimReqs,
    'result batches',
    batches,
    'heartbeats',
    hbs,
  );
  await mcp.stop();
  console.log('LEFT', (await readFile(join(dir, 'mcp-m1', 'results.jsonl'), 'utf8')).length, 'hb', hbs);
  const again = await runWorkerOn(await broker.bus('pool-mcp', { apiPrefix: 'CORE.API' }), {
    pool: 'mcp',
    workerId: 'm1',
    stateDir: dir,
    handle: async () => ({ status: 'succeeded', output: 1 }),
    log,
  });
  await again.stop();
  console.log('LEFT AFTER RESTART', (await readFile(join(dir, 'mcp-m1', 'results.jsonl'), 'utf8')).length);
  await new Promise((r) => setTimeout(r, 500));
  limit = 2;
  results.length = 0;
  const agent = await runWorkerOn(await broker.bus('pool-agent', { apiPrefix: 'CORE.API' }), {
    pool: 'agent',
    workerId: 'a1',
    stateDir: dir,
    concurrency: 2,
    handle: agentHandler,
    log,
  });
  await sched.publish([
    offer('job.agent.exec.a', 'agent', { command: 'echo hi; sleep 60' }),
    offer('job.agent.exec.b', 'agent', { command: ['echo', 'b'] }),
    offer('job.agent.exec.c', 'agent', { command: 'sleep 60' }),
    offer('job.agent.exec.d', 'agent', { command: 'exit 4' }),
  ]);
  const t2 = performance.now();
  while (results.length < 4 && performance.now() - t2 < 15000) await new Promise((r) => setTimeout(r, 20));
  console.log(
    'EXEC',
    process.cpuUsage(),
    performance.now() - t2,
    JSON.stringify(
      results.map((r) => [r.status, r.error, r.output, Date.parse(r.finished_at) - Date.parse(r.started_at)]),
    ),
  );
  const stopAt = performance.now();
  limit = 30;
  await sched.publish([offer('job.agent.exec.a', 'agent', { command: 'sleep 60' })]);
  await new Promise((r) => setTimeout(r, 500));
  await agent.stop();
  console.log('STOP', performance.now() - stopAt);
  await new Promise((r) => setTimeout(r, 200));
  console.log(JSON.stringify(results.at(-1)?.error));
  expect(results.length).toBe(5);
  void anOffer;
  void canonicalJson;
  void sha256Digest;
  await broker.close();
  await rm(dir, { recursive: true });
}, 90000);
