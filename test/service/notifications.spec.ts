import { escalateApprovals, measureNotifications, RETRY_DELAYS_SEC } from '@countersign/approval-service';
import { newUlid } from '@countersign/kernel';
import { Logger } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { theEvent } from './support/approval-bench.js';
import { CONSOLE, newSecret, NotificationBench } from './support/notification-bench.js';
import { HttpReceiver } from './support/receivers.js';

interface Told {
  readonly type: string;
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

const ALL = ['requested', 'escalated', 'resolved', 'expired', 'quarantined'];
const SECRET = newSecret();

let servers: TestServers;
let bench: NotificationBench;
let receiver: HttpReceiver;
let other: HttpReceiver;

beforeAll(async () => {
  servers = await startServers();
  bench = await NotificationBench.open(servers);
});
afterAll(async () => {
  await bench?.rig.close();
  await servers?.stop();
});
beforeEach(async () => {
  [receiver, other] = await Promise.all([HttpReceiver.open(), HttpReceiver.open()]);
  bench.files.set('ops.whsec', SECRET);
});
afterEach(() => Promise.all([receiver.close(), other.close()]));

const webhook = (over: object = {}) => ({
  name: 'ops',
  kind: 'webhook',
  url: `${receiver.url}/hook`,
  secret_files: ['ops.whsec'],
  tenants: ['default'],
  on: ALL,
  allow_private: ['127.0.0.1'],
  ...over,
});
const told = (from = receiver): Told[] => from.received.map(({ body }) => JSON.parse(body) as Told);
const types = (from = receiver) => told(from).map(({ type }) => type);
const idsOf = (from = receiver) => from.received.map(({ headers }) => headers['webhook-id']);

describe('a webhook (H6)', () => {
  it('is told what waits, signed as a Standard Webhook, and without a word of the params', async () => {
    await bench.configure({ targets: [webhook()] });
    const jobId = await bench.approvals.opened('job');
    await bench.send();
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      type: 'approval.requested',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      data: {
        approval_id: expect.any(String) as string,
        kind: 'job',
        tenant_id: 'default',
        job_id: jobId,
        job_hash: expect.stringMatching(/^sha256:/) as string,
        edit_of: null,
        edited_as: null,
        status: 'pending',
        topic: 'job.mcp-bridge.write.update_ticket',
        agent: { id: 'local-producer', is_claim: true },
        rule_ids: ['require-approval-prod-write'],
        reason: 'Production writes require human review',
        reason_code: 'rule',
        risk: 'usual',
        asks_confirmation: false,
        escalate_to: [],
        expires_at: expect.any(String) as string,
        resolved_at: null,
        link: `${CONSOLE}/jobs/${jobId}`,
      },
    });
    expect(() => new Webhook(newSecret()).verify(body, headers as Record<string, string>)).toThrow();
    expect(await bench.waiting()).toEqual([]);
  });

  it('is signed with every secret of a rotation', async () => {
    const old = newSecret();
    bench.files.set('old.whsec', old);
    await bench.configure({ targets: [webhook({ secret_files: ['ops.whsec', 'old.whsec'] })] });
    await bench.approvals.opened('job');
    await bench.send();
    const [{ headers, body }] = receiver.received as [(typeof receiver.received)[0]];
    for (const secret of [SECRET, old])
      expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toBeTruthy();
  });

  it('hears of every end of a question, and of outputs that wait', async () => {
    await bench.configure({ targets: [webhook()] });
    const [approved, denied, expired] = [
      await bench.approvals.opened('job'),
      await bench.approvals.opened('job'),
      await bench.approvals.opened('job'),
    ];
    await bench.approvals.vote(approved, 'approve');
    await bench.approvals.vote(denied, 'deny');
    await bench.rig.rows('UPDATE approvals SET expires_at = now() WHERE job_id = $1', [expired]);
    await bench.approvals.expire();
    const cancelled = await bench.approvals.opened('job');
    await bench.approvals.hear(theEvent(cancelled, 'CANCELLED', 0));
    const output = await bench.approvals.opened('output');
    await bench.send();
    const ends = told().filter(({ data }) => data['status'] !== 'pending');
    expect(
      Object.fromEntries(ends.map(({ type, data }) => [data['job_id'], [type, data['status']]])),
    ).toEqual({
      [approved]: ['approval.resolved', 'approved'],
      [denied]: ['approval.resolved', 'denied'],
      [expired]: ['approval.expired', 'timeout'],
      [cancelled]: ['approval.resolved', 'withdrawn'],
    });
    expect(told().filter(({ data }) => data['job_id'] === output)).toMatchObject([
      { type: 'approval.quarantined', data: { kind: 'output' } },
    ]);
    expect(new Set(idsOf()).size).toBe(receiver.received.length);
  });

  it('hears once that nobody has answered for a while, and who may as well now', async () => {
    await bench.configure({ targets: [webhook({ on: ['escalated'] })] });
    const jobId = await bench.approvals.opened('job');
    await bench.rig.rows(
      `UPDATE approvals SET escalate_at = now(), escalate_to = '["sre"]' WHERE job_id = $1`,
      [jobId],
    );
    for (let sweep = 0; sweep < 2; sweep += 1) await bench.rig.connections.road.run(escalateApprovals);
    await bench.send();
    expect(told()).toMatchObject([
      { type: 'approval.escalated', data: { job_id: jobId, status: 'pending', escalate_to: ['sre'] } },
    ]);
  });

  it('hears of nothing that it is not told of, and of no other tenant', async () => {
    await bench.configure({
      targets: [
        webhook({ on: ['resolved'] }),
        webhook({ name: 'strangers', url: other.url, tenants: ['acme'] }),
      ],
    });
    const jobId = await bench.approvals.opened('job');
    await bench.approvals.vote(jobId, 'approve');
    await bench.send();
    expect([types(), types(other)]).toEqual([['approval.resolved'], []]);
  });

  it('hears of all tenants where that is said', async () => {
    await bench.configure({ targets: [webhook({ tenants: ['*'], on: ['requested'] })] });
    await bench.approvals.opened('job');
    await bench.send();
    expect(types()).toEqual(['approval.requested']);
  });
});

describe('a receiver that fails (H6)', () => {
  it('is tried again by the schedule, under the same id, and at last taken', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = (_, count) => ({ status: count < 4 ? 503 : 204 });
    await bench.approvals.opened('job');
    const notifier = bench.notifier({ random: () => 0 });
    for (const delay of RETRY_DELAYS_SEC.slice(0, 3)) {
      await bench.send(notifier);
      const [row] = await bench.waiting();
      expect(row!.last_failure).toBe('http_503');
      expect(row!.due_in_sec).toBeGreaterThan(delay * 0.9);
      expect(row!.due_in_sec).toBeLessThanOrEqual(delay);
      // Not due: not tried.
      const before = receiver.received.length;
      await bench.send(notifier);
      expect(receiver.received).toHaveLength(before);
      await bench.makeDue();
    }
    await bench.send(notifier);
    expect(await bench.waiting()).toEqual([]);
    expect(receiver.received).toHaveLength(4);
    expect(new Set(idsOf()).size).toBe(1);
    for (const { body, headers } of receiver.received)
      expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toBeTruthy();
  });

  it('is in the log once, with the reason, until it takes something again', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const log = vi.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = (_, count) => ({ status: count < 3 ? 503 : 204 });
    await bench.approvals.opened('job');
    const notifier = bench.notifier();
    for (let tries = 0; tries < 3; tries += 1) {
      await bench.makeDue();
      await bench.send(notifier);
    }
    const said = { target: 'ops', why: 'http_503' };
    expect(warn.mock.calls).toEqual([[expect.objectContaining(said)]]);
    expect(log.mock.calls).toEqual([[expect.objectContaining({ target: 'ops' })]]);
    vi.restoreAllMocks();
  });

  it('is given up after the last try of the schedule, which the audit log is told', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = () => ({ status: 500 });
    const jobId = await bench.approvals.opened('job');
    const notifier = bench.notifier();
    for (let tries = 0; tries <= RETRY_DELAYS_SEC.length; tries += 1) {
      await bench.makeDue();
      await bench.send(notifier);
    }
    expect(receiver.received).toHaveLength(RETRY_DELAYS_SEC.length + 1);
    expect(await bench.waiting()).toEqual([]);
    expect((await bench.alarms()).at(-1)).toMatchObject({
      job_id: jobId,
      reason_code: 'undeliverable',
      detail: { target: 'ops', failures: RETRY_DELAYS_SEC.length + 1, last_failure: 'http_500' },
    });
  });

  it('is left alone for as long as it asks', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = () => ({ status: 429, headers: { 'retry-after': '600' } });
    await bench.approvals.opened('job');
    await bench.send();
    const [row] = await bench.waiting();
    expect(row!.due_in_sec).toBeGreaterThan(540);
  });

  it('that is gone (410) gets nothing until a restart, and the audit log is told once', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = () => ({ status: 410 });
    await bench.approvals.opened('job');
    const notifier = bench.notifier();
    await bench.send(notifier);
    await bench.approvals.opened('job');
    await bench.makeDue();
    await bench.send(notifier);
    expect(receiver.received).toHaveLength(1);
    expect(notifier.gone).toEqual(['ops']);
    expect((await bench.alarms()).filter(({ reason_code }) => reason_code === 'target_gone')).toHaveLength(1);
    receiver.reply = () => ({ status: 204 });
    await bench.makeDue();
    await bench.send(bench.notifier());
    expect(receiver.received).toHaveLength(3);
    expect(await bench.waiting()).toEqual([]);
  });

  it('by never answering holds up neither an answer to a question nor another target', async () => {
    await bench.configure({
      targets: [webhook({ on: ['requested'] }), webhook({ name: 'other', url: other.url })],
    });
    receiver.reply = () => 'never';
    const jobId = await bench.approvals.opened('job');
    const slow = bench.send(bench.notifier({ timeoutMs: 3_000 }));
    await vi.waitFor(() => expect([receiver.received.length, other.received.length]).toEqual([1, 1]));
    expect(await bench.approvals.vote(jobId, 'approve')).toMatchObject({ ok: true });
    const [target] = bench.settings.targets.filter(({ name }) => name === 'other');
    await bench.notifier().sendDue(target!);
    expect(types(other)).toEqual(['approval.requested', 'approval.resolved']);
    await slow;
    expect(await bench.waiting()).toMatchObject([{ target: 'ops', last_failure: 'timeout' }]);
  });

  it('is no reason for an answer to fail, and neither is what is told of it (H6)', async () => {
    await bench.configure({ targets: [webhook()] });
    const [jobId, other] = [await bench.approvals.opened('job'), await bench.approvals.opened('job')];
    await bench.rig.rows('ALTER TABLE notifications RENAME TO notifications_away');
    try {
      expect(await bench.approvals.vote(jobId, 'approve')).toMatchObject({ ok: true });
      await bench.rig.rows('UPDATE approvals SET expires_at = now() WHERE job_id = $1', [other]);
      await bench.approvals.expire();
    } finally {
      await bench.rig.rows('ALTER TABLE notifications_away RENAME TO notifications');
    }
    expect(
      await bench.rig.rows('SELECT state FROM approvals WHERE job_id = ANY($1) ORDER BY state', [
        [jobId, other],
      ]),
    ).toEqual([{ state: 'EXPIRED' }, { state: 'GRANTED' }]);
  });

  it('waits for nobody who holds the table of what is to be told (H6)', async () => {
    await bench.configure({ targets: [webhook()] });
    const jobId = await bench.approvals.opened('job');
    await bench.rig.rows('BEGIN');
    await bench.rig.rows('LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE');
    try {
      expect(await bench.approvals.vote(jobId, 'approve')).toMatchObject({ ok: true });
    } finally {
      await bench.rig.rows('ROLLBACK');
    }
  });

  it('by a redirect is not followed anywhere (H25)', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = () => ({ status: 307, headers: { location: other.url } });
    await bench.approvals.opened('job');
    await bench.send();
    expect(other.received).toEqual([]);
    expect(await bench.waiting()).toMatchObject([{ last_failure: 'http_307' }]);
  });
});

describe('a notification (H6)', () => {
  it('is stored with the question or not at all', async () => {
    await bench.configure({ targets: [webhook()] });
    const jobId = await bench.approvals.opened('job');
    await bench.rig.rows('BEGIN');
    await bench.rig.rows(`UPDATE approvals SET state = 'EXPIRED', resolved_at = now() WHERE job_id = $1`, [
      jobId,
    ]);
    expect((await bench.waiting()).map(({ event }) => event)).toEqual(['requested', 'expired']);
    await bench.rig.rows('ROLLBACK');
    expect((await bench.waiting()).map(({ event }) => event)).toEqual(['requested']);
  });

  it('outlives a process that is killed between the commit and the sending', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    await bench.approvals.opened('job');
    const [row] = await bench.waiting();
    // Nobody sent it: the next process does, which knows nothing but the row.
    await bench.send(bench.notifier());
    expect(idsOf()).toEqual([row!.notification_id]);
  });

  it('outlives a process that is killed while it sends, under its id', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    await bench.approvals.opened('job');
    const [row] = await bench.waiting();
    receiver.reply = () => 'never';
    const killed = bench.send(bench.notifier({ timeoutMs: 2_000 }));
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    // While it is claimed nobody else sends it; after its time somebody does.
    await bench.send(bench.notifier());
    expect(receiver.received).toHaveLength(1);
    receiver.reply = () => ({ status: 204 });
    await bench.makeDue();
    await bench.send(bench.notifier());
    expect(idsOf()).toEqual([row!.notification_id, row!.notification_id]);
    expect(await bench.waiting()).toEqual([]);
    await killed;
  });

  it('is sent once by two processes that look at the same time', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    for (let i = 0; i < 10; i += 1) await bench.approvals.opened('job');
    await Promise.all([bench.send(bench.notifier()), bench.send(bench.notifier())]);
    expect(receiver.received).toHaveLength(10);
    expect(new Set(idsOf()).size).toBe(10);
  });

  it('is counted while it waits, and since when', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    receiver.reply = () => ({ status: 503 });
    await bench.approvals.opened('job');
    await bench.send();
    await bench.approvals.opened('job');
    await bench.rig.rows(`UPDATE notifications SET created_at = created_at - interval '90 seconds'`);
    const depth = await measureNotifications(bench.rig.connections.road.database);
    expect(depth).toMatchObject({ unsent: 2, failing: 1 });
    expect(depth.oldest_age_sec).toBeGreaterThanOrEqual(90);
  });

  it('is not made where nobody is configured', async () => {
    await bench.configure({});
    await bench.approvals.vote(await bench.approvals.opened('job'), 'deny');
    expect(await bench.waiting()).toEqual([]);
  });

  it('that is four days old is given up, whether or not its target is still configured', async () => {
    await bench.configure({ targets: [webhook({ on: ['requested'] })] });
    await bench.approvals.opened('job');
    await bench.rig.rows(`UPDATE notifications SET created_at = now() - interval '4 days 1 second'`);
    const young = await bench.approvals.opened('job');
    await bench.notifier().giveUpStale();
    expect(await bench.waiting()).toHaveLength(1);
    await bench.send();
    expect(told()).toMatchObject([{ data: { job_id: young } }]);
    expect((await bench.alarms()).at(-1)).toMatchObject({ reason_code: 'undeliverable' });
  });

  it('can neither be read nor made by who answers requests, nor may they see the targets', async () => {
    await bench.configure({ targets: [webhook()] });
    const { api } = bench.rig.connections.road;
    for (const sql of [
      'SELECT * FROM notifications',
      'SELECT * FROM notification_targets',
      `INSERT INTO notifications (notification_id, tenant_id, approval_id, target, event)
       VALUES ('${newUlid()}', 'default', 'a', 'ops', 'resolved')`,
    ])
      await expect(api!.transaction((work) => work.query(sql), 'default')).rejects.toThrow(
        /permission denied/,
      );
  });
});
