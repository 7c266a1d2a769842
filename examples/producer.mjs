// Sends one job and prints what becomes of it. Usage: node examples/producer.mjs [topic]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { ulid } from 'ulid';

const user = 'producer-local-producer';
const keys =
  process.env.COUNTERSIGN_KEYS_DIR ?? fileURLToPath(new URL('../.countersign/keys', import.meta.url));
const seed = readFileSync(`${keys}/${user}.nk`, 'utf8').trim();
const platform = new URL('../.countersign/platform.json', import.meta.url);
const servers = process.env.NATS_URL ?? JSON.parse(readFileSync(platform, 'utf8')).natsUrl;
const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
const nc = await connect({ servers, authenticator, inboxPrefix: `_INBOX_${user}` });

const topic = process.argv[2] ?? 'job.agent.exec.hello';
const params = { command: ['echo', 'hello from a governed job'] };
const job = { job_id: ulid(), topic, tenant_id: 'default', risk_tags: ['medium'], params };
const messages = ['output', 'event.job'].map((kind) => nc.subscribe(`${kind}.default.local-producer.>`));
const stored = await nc.request(topic, JSON.stringify(job), { timeout: 5000 });
console.log('sent', job.job_id, stored.string());

async function follow(subscription) {
  for await (const message of subscription) {
    const body = message.json();
    const about = body.jobs?.find((each) => each.job_id === job.job_id) ?? body;
    if (about.job_id === job.job_id) console.log(message.subject, JSON.stringify(about));
    if (about.job_id === job.job_id && isLast(message.subject)) await nc.close();
  }
}
const isLast = (subject) =>
  subject.startsWith('output.') ||
  /\.(denied|rejected|expired|failed|timed_out|cancelled|withheld)$/.test(subject);
await Promise.all(messages.map(follow));
