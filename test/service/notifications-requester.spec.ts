import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { newSecret, NotificationBench } from './support/notification-bench.js';
import { HttpReceiver } from './support/receivers.js';

const SECRET = newSecret();

let servers: TestServers;
let bench: NotificationBench;
let receiver: HttpReceiver;

beforeAll(async () => {
  servers = await startServers();
  bench = await NotificationBench.open(servers);
  bench.files.set('ops.whsec', SECRET);
});
afterAll(async () => {
  await bench?.rig.close();
  await servers?.stop();
});
beforeEach(async () => void (receiver = await HttpReceiver.open()));
afterEach(() => receiver.close());

describe('a requester’s callback (H6)', () => {
  const callback = (over: object = {}) => ({
    name: 'requester',
    tenant: 'default',
    url: `${receiver.url}/done`,
    secret_files: ['ops.whsec'],
    allow_private: ['127.0.0.1'],
    ...over,
  });

  it.each([
    ['approved', 'approve'],
    ['denied', 'deny'],
  ] as const)('says that a job was %s, signed, and no more', async (status, vote) => {
    await bench.configure({ callbacks: [callback({ producer: 'gateway', caller: 'local-producer' })] });
    const jobId = await bench.approvals.opened('job');
    await bench.approvals.vote(jobId, vote);
    await bench.send();
    const [{ headers, body, path }] = receiver.received as [(typeof receiver.received)[0]];
    expect(path).toBe('/done');
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: 'approval.resolved',
      timestamp: expect.any(String) as string,
      data: {
        approval_id: expect.any(String) as string,
        kind: 'job',
        job_id: jobId,
        job_hash: expect.stringMatching(/^sha256:/) as string,
        edit_of: null,
        edited_as: null,
        status,
        resolved_at: expect.any(String) as string,
      },
    });
    expect(receiver.received).toHaveLength(1);
  });

  it('names the job that goes on where a reviewer has edited this one, and what that is an edit of (H8)', async () => {
    await bench.configure({ callbacks: [callback()] });
    const [jobId, edited] = [await bench.approvals.opened('job'), await bench.approvals.opened('job')];
    await bench.rig.rows('UPDATE approvals SET edited_as = $2 WHERE job_id = $1', [jobId, edited]);
    await bench.rig.rows('UPDATE approvals SET edit_of = $2 WHERE job_id = $1', [edited, jobId]);
    await bench.approvals.vote(jobId, 'deny');
    await bench.approvals.vote(edited, 'approve');
    await bench.send();
    const told = receiver.received.map(({ body }) => (JSON.parse(body) as { readonly data: object }).data);
    expect(told).toHaveLength(2);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ job_id: jobId, status: 'denied', edited_as: edited, edit_of: null }),
        expect.objectContaining({ job_id: edited, status: 'approved', edited_as: null, edit_of: jobId }),
      ]),
    );
  });

  it('says that nobody answered', async () => {
    await bench.configure({ callbacks: [callback()] });
    const jobId = await bench.approvals.opened('job');
    await bench.rig.rows('UPDATE approvals SET expires_at = now() WHERE job_id = $1', [jobId]);
    await bench.approvals.expire();
    await bench.send();
    expect(receiver.received.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { data: { job_id: jobId, status: 'timeout' } },
    ]);
  });

  it.each([{ tenant: 'acme' }, { producer: 'crew' }, { caller: 'somebody' }])(
    'says nothing to somebody else: %o',
    async (whose) => {
      await bench.configure({ callbacks: [callback(whose)] });
      const jobId = await bench.approvals.opened('job');
      await bench.approvals.vote(jobId, 'approve');
      await bench.send();
      expect(receiver.received).toEqual([]);
    },
  );
});
