import { createKey } from '@countersign/gateway';
import { Service } from '@countersign/contracts';
import { Database, schemaOf } from '@countersign/persistence';
import { bootServices, readEnvironment, type RunningServices } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Api, type Accepted } from '../flow/support/api.js';
import { startServers, type TestServers } from '../flow/support/servers.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const WRITE = {
  tenant_id: 'acme',
  topic: 'job.mcp-bridge.write.update_ticket',
  risk_tags: ['prod'],
  params: { amount: 900 },
};

let servers: TestServers;
let services: RunningServices | undefined;
let keys: Database;
let agent: Readonly<Record<string, string>>;
let ann: Readonly<Record<string, string>>;
const api = new Api();

async function keyFor(name: string, roles: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const wish = { tenant_id: 'acme', name, roles, groups: [], agents: [], expiresAfterSec: null };
  return { authorization: `Bearer ${(await createKey(keys, wish, 'cli:test')).text}` };
}

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'error');
  vi.stubEnv('COUNTERSIGN_APPROVALS_PER_AGENT', '3');
  servers = await startServers();
  keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
  const environment = await readEnvironment(ROOT, { ...servers.env, COUNTERSIGN_APPROVALS_PER_AGENT: '3' });
  services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
  api.url = services.url;
  [agent, ann] = [await keyFor('agent-7', ['producer']), await keyFor('ann', ['reviewer', 'operator'])];
});
afterAll(async () => {
  await services?.stop();
  await keys?.close();
  await servers?.stop();
  vi.unstubAllEnvs();
});

const submit = async (headers = agent): Promise<Accepted> =>
  (await api.call<Accepted>('POST', '/api/v1/jobs', WRITE, headers)).body;
const jobOf = async (id: string) => (await api.call('GET', `/api/v1/jobs/${id}`, undefined, ann)).body;
const reaches = (id: string, state: string) =>
  vi.waitFor(async () => expect(await jobOf(id)).toMatchObject({ state }), PATIENTLY);
const waiting = async (): Promise<Accepted> => {
  const job = await submit();
  await reaches(job.job_id, 'PENDING_APPROVAL');
  await vi.waitFor(async () => {
    const shown = await api.call('GET', `/api/v1/approvals/${job.job_id}`, undefined, agent);
    expect(shown.body).toMatchObject({ status: 'pending' });
  }, PATIENTLY);
  return job;
};

describe('an answer on the whole road', () => {
  it('lets an edited job run in the place of the original, approved by the edit (H8)', async () => {
    const original = await waiting();
    const edit = await api.call<Accepted & { edit_of: string }>(
      'POST',
      `/api/v1/approvals/${original.job_id}/edit`,
      { params: { amount: 90 }, expected_job_hash: original.job_hash },
      ann,
    );
    expect([edit.status, edit.body.edit_of]).toEqual([200, original.job_id]);
    await reaches(edit.body.job_id, 'DISPATCHED');
    await reaches(original.job_id, 'REJECTED');
    expect(await jobOf(original.job_id)).toMatchObject({ reason_code: 'edited' });
    expect(await jobOf(edit.body.job_id)).toMatchObject({ reason_code: 'approved', agent_id: 'agent-7' });
    const path = `/api/v1/approvals/${edit.body.job_id}`;
    const shown = await api.call('GET', path, undefined, ann);
    expect(shown.body).toMatchObject({ state: 'GRANTED', edit_of: original.job_id });
    const own = await api.call('GET', path, undefined, agent);
    expect(own.body).toMatchObject({ status: 'approved' });
  });

  it('is asked of the policy by its own right on the broker, and runs as it was shown (H9)', async () => {
    const job = await waiting();
    const body = { expected_job_hash: job.job_hash };
    const vote = await api.call('POST', `/api/v1/approvals/${job.job_id}/approve`, body, ann);
    expect([vote.status, vote.body['state']]).toEqual([200, 'GRANTED']);
    await reaches(job.job_id, 'DISPATCHED');
  });

  it('is not the agent’s to give, and the attempt stands in the audit log (H01, H4)', async () => {
    const job = await waiting();
    const path = `/api/v1/approvals/${job.job_id}`;
    const vote = await api.call('POST', `${path}/approve`, undefined, agent);
    expect([vote.status, vote.body['code']]).toEqual([403, 'role_required']);
    const back = await api.call('POST', `${path}/withdraw`, undefined, agent);
    expect([back.status, back.body['state']]).toEqual([200, 'WITHDRAWN']);
    await reaches(job.job_id, 'REJECTED');
    expect(await jobOf(job.job_id)).toMatchObject({ reason_code: 'withdrawn' });
  });

  it('is no use for a job too many: it ends at once and says why (H2)', async () => {
    const loud = await keyFor('loud', ['producer']);
    const jobs: Accepted[] = [];
    for (let i = 0; i < 4; i++) {
      jobs.push(await submit(loud));
      await reaches(jobs[i]!.job_id, i < 3 ? 'PENDING_APPROVAL' : 'REJECTED');
    }
    expect(await jobOf(jobs[3]!.job_id)).toMatchObject({ reason_code: 'approval_queue_full' });
  });

  it('is told to who looks on, live, and after a break from where they were', async () => {
    const stop = new AbortController();
    const stream = (more: object = {}) =>
      fetch(`${api.url}/api/v1/approvals/stream`, { headers: { ...ann, ...more }, signal: stop.signal });
    const first = (await stream()).body!.pipeThrough(new TextDecoderStream()).getReader();
    const hello = (await first.read()).value ?? '';
    expect(hello).toContain('event: hello');
    const [, cursor = ''] = /^id: (.+)$/m.exec(hello) ?? [];
    const job = await submit();
    const heard = async (reader: typeof first): Promise<string> => {
      let text = '';
      while (!text.includes(job.job_id)) text += (await reader.read()).value ?? '';
      return text;
    };
    expect(await heard(first)).toContain('event: asked');
    const again = (await stream({ 'last-event-id': cursor })).body!.pipeThrough(new TextDecoderStream());
    expect(await heard(again.getReader())).toContain('event: asked');
    stop.abort();
  });
});
