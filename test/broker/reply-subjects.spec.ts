import { inboxPrefix, STREAMS } from '@countersign/contracts';
import { PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { READERS, USERS } from './matrix/contract-table.js';
import { useBroker } from './support/test-broker.js';

/** Requests to the broker that an acknowledgement, `{"stream":…,"seq":…}`, would be understood as. */
const DESTRUCTIVE = [
  '$JS.API.ACCOUNT.PURGE.CORE',
  ...Object.keys(STREAMS).flatMap((stream) => [
    `$JS.API.STREAM.PURGE.${stream}`,
    `$JS.API.STREAM.MSG.DELETE.${stream}`,
    `$JS.API.STREAM.DELETE.${stream}`,
    ...(READERS[stream] ?? []).map((durable) => `$JS.API.CONSUMER.DELETE.${stream}.${durable}`),
  ]),
];
/** Subjects that others act on. */
const ACTED_ON = [
  'from.gateway.job.x',
  'from.p2.job.x',
  'decision.allow.x',
  'approval.job.granted.x',
  'approval.output.granted.x',
  'dispatch.a.evil',
  'result.b.x',
  'verdict.clean.x',
  'output.t2.p2.x',
  'event.job.t2.p2.completed',
  'event.audit.appended.scheduler',
  'event.scheduler.dead_letter',
  'control.stop.b',
  'claim.b',
  'heartbeat.b',
  'query.job.get',
  'command.scheduler.cancel',
  'command.approval-service.resolve',
];
const INBOXES = USERS.map((user) => `${inboxPrefix(user)}.stolen.1`);
/** Everything that somebody could want an answer to be put. */
const TARGETS = [
  ...ACTED_ON,
  ...INBOXES,
  ...DESTRUCTIVE,
  '$SYS.REQ.SERVER.PING',
  'CORE.API.INFO',
  '_INBOX.any.1',
];

/** What a user may publish that the broker or a service answers, and the stream that keeps it. */
interface Deputy {
  readonly user: string;
  readonly subject: string;
  readonly body?: string;
  readonly keeps?: string;
}
const PULL = '{"batch":1,"no_wait":true}';
const pulling = (user: string, stream: string): Deputy[] => [
  { user, subject: `CORE.API.CONSUMER.MSG.NEXT.${stream}.${user}`, body: PULL },
  { user, subject: `CORE.API.CONSUMER.INFO.${stream}.${user}`, body: '' },
  // Of a message that nobody was given: it settles nothing, and asks for the next.
  { user, subject: `$JS.ACK.${stream}.${user}.1.999999.999999.1700000000000000000.0`, body: '+NXT' },
];
const OUTSIDERS: readonly Deputy[] = [
  { user: 'producer-p1', subject: 'job.x', keeps: 'JOBS' },
  { user: 'pool-a', subject: 'result.a.x', keeps: 'RESULTS' },
  { user: 'pool-a', subject: 'claim.a' },
  { user: 'pool-a', subject: 'heartbeat.a' },
  { user: 'pool-a', subject: 'query.scheduler.jwks' },
  ...pulling('pool-a', 'DISPATCH'),
];
const SERVICES: readonly Deputy[] = [
  { user: 'gateway', subject: 'from.gateway.job.x', keeps: 'JOBS' },
  { user: 'gateway', subject: 'event.gateway.refused', keeps: 'EVENTS' },
  { user: 'gateway', subject: 'query.job.get' },
  { user: 'gateway', subject: 'command.approval-service.resolve' },
  ...pulling('gateway', 'EVENTS'),
  { user: 'policy-evaluator', subject: 'decision.allow.x', keeps: 'DECISIONS' },
  ...pulling('policy-evaluator', 'JOBS'),
  { user: 'approval-service', subject: 'approval.job.granted.x', keeps: 'APPROVALS' },
  ...pulling('approval-service', 'DECISIONS'),
  { user: 'scheduler', subject: 'dispatch.a.x', keeps: 'DISPATCH' },
  { user: 'scheduler', subject: 'output.t1.p1.x', keeps: 'OUTPUTS' },
  { user: 'scheduler', subject: 'control.stop.a', keeps: 'CONTROL' },
  { user: 'scheduler', subject: 'event.scheduler.refused', keeps: 'EVENTS' },
  ...pulling('scheduler', 'RESULTS'),
  { user: 'output-scanner', subject: 'verdict.clean.x', keeps: 'VERDICTS' },
  ...pulling('output-scanner', 'RESULTS'),
  { user: 'audit-writer', subject: 'event.audit.appended.scheduler', keeps: 'EVENTS' },
  ...pulling('audit-writer', 'DISPATCH'),
];
const DEPUTIES = [...OUTSIDERS, ...SERVICES];

describe('a reply subject that names what is somebody else’s', () => {
  const broker = useBroker();
  /** What everybody heard in their inboxes without having asked. */
  const stolen: string[] = [];
  const lastSeqs = async () => {
    const infos = await Promise.all(
      Object.keys(STREAMS).map(async (name) => [name, await broker().manager.streams.info(name)] as const),
    );
    return Object.fromEntries(infos.map(([name, { state }]) => [name, state.last_seq]));
  };

  beforeAll(async () => {
    for (const user of USERS)
      broker()
        .client(user)
        .subscribe(`${inboxPrefix(user)}.stolen.*`, {
          callback: (_error, message) =>
            void stolen.push(`${user} heard ${message.subject}: ${message.string()}`),
        });
    // Real responders, as simple as can be: they answer whatever they are asked.
    for (const [user, subjects] of [
      ['scheduler-rpc', ['claim.*', 'heartbeat.*', 'query.job.get', 'query.scheduler.jwks']],
      ['approval-service-rpc', ['command.approval-service.resolve']],
    ] as const)
      for (const subject of subjects)
        broker()
          .client(user)
          .subscribe(subject, { callback: (_error, message) => void message.respond('{"ok":true}') });
    await Promise.all(USERS.map((user) => broker().client(user).flush()));
    // Something for every reader to pull.
    for (const { user, subject } of DEPUTIES.filter(({ keeps }) => keeps))
      await broker().client(user).request(subject, '{}', { timeout: 2_000 });
  });

  /** What has got where it does not belong. A user's own subjects and its own inbox are its own. */
  async function captured({ user, subject, body = '{}' }: Deputy): Promise<unknown> {
    const own = ownStreams(user);
    const before = await lastSeqs();
    const client = broker().client(user);
    for (const reply of TARGETS)
      if (!reply.startsWith(`${inboxPrefix(user)}.`)) client.publish(subject, body, { reply });
    await settled(client, subject, body);
    const after = await lastSeqs();
    const grown = Object.keys(after).filter((name) => after[name] !== before[name]);
    return { grown: grown.filter((name) => !own.has(name)), heard: stolen.splice(0) };
  }

  /** The broker and the responders answer in order: what came before is done when this is answered. */
  async function settled(client: NatsConnection, subject: string, body: string): Promise<void> {
    await client.flush();
    if (!subject.startsWith('$JS.ACK'))
      await client.request(subject, body, { timeout: 2_000 }).catch(() => undefined);
    await Promise.all(USERS.map((each) => broker().client(each).flush()));
  }

  /** The streams that a user may publish to itself: there its own acknowledgement is no more than it could say. */
  const ownStreams = (user: string): ReadonlySet<string> =>
    new Set(DEPUTIES.flatMap((one) => (one.user === user && one.keeps ? [one.keeps] : [])));

  const nothing = { grown: [], heard: [] };

  it.each(OUTSIDERS)('$user, which says $subject, captures nothing (X01, S01)', async (deputy) => {
    expect(await captured(deputy)).toEqual(nothing);
  });

  it.each(SERVICES)('$user, a service that says $subject, captures nothing either', async (deputy) => {
    expect(await captured(deputy)).toEqual(nothing);
  });

  it('no stream, message or durable was purged or deleted by any of it (I1)', async () => {
    for (const [stream, readers] of Object.entries(READERS)) {
      const { state } = await broker().manager.streams.info(stream);
      expect({
        stream,
        first: state.messages === 0 ? 1 : state.first_seq,
        gaps: state.num_deleted ?? 0,
      }).toEqual({
        stream,
        first: 1,
        gaps: 0,
      });
      const names: string[] = [];
      for await (const { name } of broker().manager.consumers.list(stream)) names.push(name);
      expect(names.sort()).toEqual([...readers].sort());
    }
  });

  it.each([
    ['a pending answer of another account', '_R_.abcdef.1'],
    ['a settlement of somebody’s delivery', '$JS.ACK.JOBS.policy-evaluator.1.1.1.1700000000000000000.0'],
  ])('%s can not even be named: the broker refuses the publication', async (_what, reply) => {
    for (const [user, subject] of [
      ['producer-p1', 'job.x'],
      ['pool-a', 'claim.a'],
      ['gateway', 'from.gateway.job.x'],
    ] as const) {
      const before = await lastSeqs();
      const client = broker().client(user);
      const refusal = (async () => {
        for await (const status of client.status())
          if (status.type === 'error' && status.error instanceof PermissionViolationError)
            return status.error.message;
        return 'nothing was refused';
      })();
      client.publish(subject, '{}', { reply });
      await client.flush();
      expect(await refusal).toContain(`Permissions Violation for Publish with Reply of "${reply}"`);
      expect(await lastSeqs()).toEqual(before);
    }
  });

  it('a responder may answer once who asked it, and say nothing else', async () => {
    const rpc = broker().client('scheduler-rpc');
    const heard: string[] = [];
    broker()
      .client('gateway')
      .subscribe(`${inboxPrefix('gateway')}.once`, { callback: (_e, m) => void heard.push(m.string()) });
    const asked = new Promise<string>((resolve) =>
      rpc.subscribe('query.job.output', {
        max: 1,
        callback: (_error, message) => resolve(message.reply ?? ''),
      }),
    );
    await rpc.flush();
    broker()
      .client('gateway')
      .publish('query.job.output', '{}', { reply: `${inboxPrefix('gateway')}.once` });
    await broker().client('gateway').flush();
    const reply = await asked;
    expect(reply).toMatch(/^_R_\./);
    const before = await lastSeqs();
    // A reply subject of its own beside the answer reaches nobody who would write to it.
    rpc.publish(reply, 'first', { reply: '$JS.API.ACCOUNT.PURGE.CORE' });
    rpc.publish(reply, 'second');
    rpc.publish('dispatch.a.evil', '{}');
    await rpc.flush();
    await broker().client('gateway').flush();
    expect(heard).toEqual(['first']);
    expect(await lastSeqs()).toEqual(before);
  });
});
