// A worker of the pool `example` whose effect is a line in a file, on disk before the run says that it succeeded.
import { fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canonicalJson, sha256Digest } from '@countersign/kernel';
import { runWorker } from '@countersign/worker';

const { NATS_URL, COUNTERSIGN_KEYS_DIR, EFFECTS_DIR, WORKER_ID } = process.env;
mkdirSync(EFFECTS_DIR, { recursive: true });
const log = openSync(join(EFFECTS_DIR, `${WORKER_ID}.jsonl`), 'a');

async function handle(job, run) {
  const { fail_times: failTimes = 0, hold_ms: holdMs = 0, answer = { done: true } } = job.params ?? {};
  if (run.attempt <= failTimes) return { status: 'failed', output: null };
  await delay(holdMs, undefined, { signal: run.signal });
  run.reportEffect({ kind: 'file', op: 'append', target: job.job_id });
  const line = {
    jobId: job.job_id,
    attempt: run.attempt,
    runId: run.runId,
    tenantId: job.tenant_id,
    digest: sha256Digest(canonicalJson(job)),
  };
  writeSync(log, `${JSON.stringify(line)}\n`);
  fsyncSync(log);
  return { status: 'succeeded', output: answer };
}

const worker = await runWorker({
  servers: NATS_URL,
  pool: 'example',
  seed: readFileSync(join(COUNTERSIGN_KEYS_DIR, 'pool-example.nk'), 'utf8').trim(),
  workerId: WORKER_ID,
  stateDir: join(EFFECTS_DIR, 'state'),
  concurrency: 32,
  handle,
  log: {
    info: () => undefined,
    warn: (text, fields) => console.log(JSON.stringify({ level: 'warn', text, ...fields })),
    error: (text, fields) => console.log(JSON.stringify({ level: 'error', text, ...fields })),
  },
});
// A test that was killed must not leave it behind.
process.once('disconnect', () => process.exit(1));
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)));
console.log('{"ready":"effect worker"}');
