import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { NotificationBench, CONSOLE } from './support/notification-bench.js';
import { readMail } from './support/read-mail.js';
import { MailReceiver } from './support/receivers.js';

let servers: TestServers;
let bench: NotificationBench;
let mails: MailReceiver;

beforeAll(async () => {
  servers = await startServers();
  bench = await NotificationBench.open(servers);
});
afterAll(async () => {
  await bench?.rig.close();
  await servers?.stop();
});
beforeEach(async () => void (mails = await MailReceiver.open({ disabledCommands: ['STARTTLS'] })));
afterEach(() => mails.close());

const mailTo = (smtp: object = {}, over: object = {}) => ({
  name: 'mail',
  kind: 'email',
  tenants: ['default'],
  on: ['requested', 'resolved'],
  from: 'countersign@example.com',
  to: ['ops@example.com', 'sre@example.com'],
  smtp: { host: '127.0.0.1', port: mails.port, ...smtp },
  allow_private: ['127.0.0.1', 'mail.example'],
  ...over,
});

describe('a mail (H6)', () => {
  it('says what waits in text and in HTML, and where to answer', async () => {
    await bench.configure({ targets: [mailTo()] });
    const jobId = await bench.approvals.opened('job');
    await bench.send();
    expect(await bench.waiting()).toEqual([]);
    const { headers, parts } = readMail(mails.mails[0]!.raw);
    expect(headers.get('subject')).toBe('Countersign: A job waits for a reviewer (risk: usual)');
    expect(headers.get('to')).toBe('ops@example.com, sre@example.com');
    for (const part of parts.values()) {
      for (const said of [
        'job.mcp-bridge.write.update_ticket',
        'Production writes',
        `${CONSOLE}/jobs/${jobId}`,
      ])
        expect(part).toContain(said);
      expect(part).toContain('Agent (as claimed)');
    }
  });

  it('is tried again under the same id when the server is away', async () => {
    await bench.configure({ targets: [mailTo()] });
    await bench.approvals.opened('job');
    const { port } = mails;
    await mails.close();
    await bench.send();
    const [row] = await bench.waiting();
    expect(row).toMatchObject({ failures: 1, last_failure: 'ESOCKET' });
    mails = await MailReceiver.open({ disabledCommands: ['STARTTLS'] }, port);
    await bench.makeDue();
    await bench.send();
    const again = readMail(mails.mails[0]!.raw).headers.get('message-id');
    expect(again).toBe(`<${row!.notification_id}@example.com>`);
  });

  it('asks nobody any more about what is answered', async () => {
    await bench.configure({ targets: [mailTo()] });
    const jobId = await bench.approvals.opened('job');
    await bench.approvals.vote(jobId, 'approve');
    await bench.send();
    expect(mails.mails.map(({ raw }) => readMail(raw).headers.get('subject'))).toEqual([
      'Countersign: A question was answered (risk: usual)',
    ]);
    expect(await bench.waiting()).toEqual([]);
  });

  it('is not handed to a server whose certificate nobody has signed for it', async () => {
    const impostor = await MailReceiver.open();
    await bench.configure({ targets: [mailTo({ host: 'mail.example', port: impostor.port })] });
    await bench.approvals.opened('job');
    await bench.send(bench.notifier({ resolve: () => Promise.resolve(['127.0.0.1']) }));
    expect(impostor.mails).toEqual([]);
    expect(await bench.waiting()).toMatchObject([{ failures: 1 }]);
    await impostor.close();
  });

  it('is handed over at the next of the addresses that were checked, where nobody listens at the first', async () => {
    const open = await MailReceiver.open({ disabledCommands: ['STARTTLS'] });
    await bench.configure({
      targets: [
        mailTo(
          { host: 'mail.internal', port: open.port, allow_plaintext: true },
          { allow_private: ['127.0.0.0/8'] },
        ),
      ],
    });
    await bench.approvals.opened('job');
    await bench.send(bench.notifier({ resolve: () => Promise.resolve(['127.0.0.2', '127.0.0.1']) }));
    expect(open.mails).toHaveLength(1);
    expect(await bench.waiting()).toEqual([]);
    await open.close();
  });

  it('goes to no private address that is not allowed (H25)', async () => {
    await bench.configure({ targets: [mailTo({ host: 'mail.internal' }, { allow_private: [] })] });
    await bench.approvals.opened('job');
    await bench.send(bench.notifier({ resolve: () => Promise.resolve(['127.0.0.1']) }));
    expect(mails.mails).toEqual([]);
    expect(await bench.waiting()).toMatchObject([{ last_failure: 'address_not_allowed' }]);
  });
});
