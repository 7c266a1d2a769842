// Write, audit, publish: sends a draft that leaks a token, which is refused, and then the clean one, which waits for a
// person and is published as it was looked at. Usage: node examples/publish-draft/publish.mjs
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect, nkeyAuthenticator } from '@nats-io/transport-node';
import { ulid } from 'ulid';

const user = 'producer-local-producer';
const keys =
  process.env.COUNTERSIGN_KEYS_DIR ?? fileURLToPath(new URL('../../.countersign/keys', import.meta.url));
const seed = readFileSync(`${keys}/${user}.nk`, 'utf8').trim();
const platform = new URL('../../.countersign/platform.json', import.meta.url);
const servers = process.env.NATS_URL ?? JSON.parse(readFileSync(platform, 'utf8')).natsUrl;
const authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
const nc = await connect({ servers, authenticator, inboxPrefix: `_INBOX_${user}` });

const topic = 'job.example.publish';
const hashOf = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
// Made here and never issued by anybody; it only looks like a token.
const token = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const text = 'Version 2.1 is out. Thanks to everybody who sent patches.';

const ENDED = /\.(denied|rejected|expired|failed|timed_out|cancelled|withheld)$/;

/** Sends a draft and waits until it is published or will never be. */
async function publish(name, params) {
  const job = { job_id: ulid(), topic, tenant_id: 'default', publish: true, params };
  const heard = ['output', 'event.job'].map((kind) => nc.subscribe(`${kind}.default.local-producer.>`));
  await nc.request(topic, JSON.stringify(job), { timeout: 5000 });
  console.log(`${name}: sent as ${job.job_id}, draft ${hashOf(params)}`);
  const follow = async (subscription) => {
    for await (const message of subscription) {
      const body = message.json();
      const about = body.jobs?.find((each) => each.job_id === job.job_id) ?? body;
      if (about.job_id !== job.job_id) continue;
      const { subject } = message;
      if (subject.endsWith('.accepted')) continue;
      if (subject.includes('approval')) console.log(`${name}: waits for a person to approve ${job.job_id}`);
      if (ENDED.test(subject)) console.log(`${name}: ${subject.split('.').at(-1)}, ${about.reason_code}`);
      if (subject.startsWith('output.')) {
        const { echoed } = JSON.parse(about.output);
        console.log(`${name}: published, draft ${hashOf(echoed)}`);
      }
      if (ENDED.test(subject) || subject.startsWith('output.')) for (const each of heard) each.unsubscribe();
    }
  };
  await Promise.all(heard.map(follow));
}

await publish('draft with a token', { text: `${text} Nightly builds: ${token}` });
await publish('clean draft', { text });
await nc.close();
