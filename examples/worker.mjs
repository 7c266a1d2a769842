// Runs the jobs of the pool `example` until it is interrupted. Usage: node examples/worker.mjs
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers, nkeyAuthenticator } from '@nats-io/transport-node';
import canonicalize from 'canonicalize';
import { createLocalJWKSet, jwtVerify } from 'jose';

const [user, worker_id] = ['pool-example', 'example-1'];
const keysDir =
  process.env.COUNTERSIGN_KEYS_DIR ?? fileURLToPath(new URL('../.countersign/keys', import.meta.url));
const seed = readFileSync(`${keysDir}/${user}.nk`, 'utf8').trim();
const platform = new URL('../.countersign/platform.json', import.meta.url);
const servers = process.env.NATS_URL ?? JSON.parse(readFileSync(platform, 'utf8')).natsUrl;
const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
const nc = await connect({ servers, authenticator, inboxPrefix: `_INBOX_${user}` });
const sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
// The keys may rotate: the next one is told ahead, and a worker that runs for long asks again.
const keys = createLocalJWKSet((await nc.request('query.scheduler.jwks', '{}')).json());
const rules = { algorithms: ['EdDSA'], typ: 'countersign-warrant+jwt', issuer: '/countersign/scheduler' };
const consumer = await jetstream(nc, { apiPrefix: 'CORE.API' }).consumers.get('DISPATCH', user);

for await (const message of await consumer.consume({ max_messages: 1 })) {
  const { job_id, attempt, job_hash, job: text } = message.json();
  if (sha256(text) !== job_hash) throw new Error(`the job ${job_id} is not the one that was decided about`);
  const nonce = randomUUID();
  const claims = [{ job_id, attempt, nonce }];
  const reply = (await nc.request('claim.example', JSON.stringify({ worker_id, claims }))).json();
  message.ack();
  const [claim] = reply.answers;
  if (!claim.ok) continue; // Another worker has it, or it was cancelled.

  // By the scheduler's clock, not this machine's. Without a warrant for just this run nothing is run.
  const currentDate = new Date(claim.server_time);
  const { payload } = await jwtVerify(claim.warrant, keys, { ...rules, audience: 'example', currentDate });
  const run = {
    ...{ job_id, attempt, nonce, job_hash, run_id: claim.run_id },
    ...{ lease_id: claim.lease.id, epoch: claim.lease.epoch },
    constraints_digest: sha256(canonicalize(claim.constraints)),
  };
  for (const [name, value] of Object.entries(run))
    if (payload[name] !== value) throw new Error(`the warrant for ${job_id} names another ${name}`);

  const { topic, params } = JSON.parse(text);
  const started_at = new Date().toISOString();
  const output = { topic, echoed: params }; // The work itself.

  const result = {
    ...{ job_id, attempt, run_id: claim.run_id, lease: { id: claim.lease.id, epoch: claim.lease.epoch } },
    ...{ status: 'succeeded', output, error: null, effects: [] },
    constraints_digest: run.constraints_digest,
    usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    ...{ started_at, finished_at: new Date().toISOString() },
  };
  const id = `${job_id}:result:${attempt}:${job_hash.slice(7, 23)}`;
  const envelope = {
    ...{ 'ce-specversion': '1.0', 'ce-id': id, 'ce-type': 'result.v1', 'ce-subject': job_id },
    ...{ 'ce-source': `/countersign/worker/${worker_id}`, 'ce-time': result.finished_at },
    ...{ 'ce-causationid': message.headers.get('ce-id'), 'content-type': 'application/json' },
    ...{ traceparent: message.headers.get('traceparent'), 'Nats-Msg-Id': `${id}#0` },
  };
  const h = headers();
  for (const [name, value] of Object.entries(envelope)) if (value) h.set(name, value);
  await nc.request(`result.example.${topic.slice('job.'.length)}`, JSON.stringify(result), { headers: h });
  console.log('ran', job_id, topic);
}
