import { AllowList, MAX_ANSWER_BYTES, post, type PostOutcome } from '@countersign/outbound';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpReceiver } from './support/receivers.js';

let receiver: HttpReceiver;
beforeEach(async () => void (receiver = await HttpReceiver.open()));
afterEach(() => receiver.close());

const LOOPBACK = AllowList.of(['127.0.0.1']);
const NOBODY = AllowList.of([]);
const common = { body: '{"a":1}', headers: { 'content-type': 'application/json' }, timeoutMs: 2_000 };
const send = (url: string, more: object = {}): Promise<PostOutcome> =>
  post({ ...common, url, allowed: NOBODY, ...more });

describe('a body that is sent', () => {
  it('arrives whole at an address that is allowed', async () => {
    expect(await send(`${receiver.url}/x?y=1`, { allowed: LOOPBACK })).toEqual({
      kind: 'answered',
      status: 204,
    });
    expect(receiver.received).toMatchObject([{ path: '/x?y=1', body: common.body }]);
    expect(receiver.received[0]!.headers).toMatchObject({ 'content-length': '7', connection: 'close' });
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i) to anywhere (H25)', async (status) => {
    const inner = await HttpReceiver.open();
    receiver.reply = () => ({ status, headers: { location: inner.url } });
    expect(await send(receiver.url, { allowed: LOOPBACK })).toEqual({ kind: 'answered', status });
    expect(inner.received).toEqual([]);
    await inner.close();
  });

  it('is given up when its time is over, whoever wastes it', async () => {
    receiver.reply = () => 'never';
    const soon = { allowed: LOOPBACK, timeoutMs: 200 };
    expect(await send(receiver.url, soon)).toEqual({ kind: 'failed', reason: 'timeout' });
    const resolve = () => new Promise<never>(() => undefined);
    expect(await send('https://hooks.example.com/', { ...soon, resolve })).toEqual({
      kind: 'failed',
      reason: 'timeout',
    });
  });

  it('is taken at the next of the addresses that were checked, where nobody listens at the first', async () => {
    const asked: string[] = [];
    const resolve = (host: string) => {
      asked.push(host);
      return Promise.resolve(['127.0.0.2', '127.0.0.1']);
    };
    const allowed = AllowList.of(['hooks.internal']);
    const outcome = await send(`http://hooks.internal:${receiver.port}/`, { allowed, resolve });
    expect([outcome, asked]).toEqual([{ kind: 'answered', status: 204 }, ['hooks.internal']]);
    expect(receiver.received[0]!.headers.host).toBe(`hooks.internal:${receiver.port}`);
  });

  it('fails where nobody listens', async () => {
    const { url } = receiver;
    await receiver.close();
    expect(await send(url, { allowed: LOOPBACK })).toEqual({ kind: 'failed', reason: 'unreachable' });
    receiver = await HttpReceiver.open();
  });
});

describe('an answer', () => {
  let server: Server;
  const serve = async (answer: RequestListener) => {
    server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  it('that never ends is cut off at its cap, and its status counts', async () => {
    let sent = 0;
    const url = await serve((_request, response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed) return;
        sent += 16_384;
        response.write('x'.repeat(16_384), more);
      };
      more();
    });
    expect(await send(url, { allowed: LOOPBACK })).toEqual({ kind: 'answered', status: 200 });
    expect(sent).toBeGreaterThanOrEqual(MAX_ANSWER_BYTES);
  });

  it('that comes drop by drop ends with the time, and its status counts', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(202);
      response.write('x');
    });
    expect(await send(url, { allowed: LOOPBACK, timeoutMs: 1_500 })).toEqual({
      kind: 'answered',
      status: 202,
    });
  });
});

describe('a name (H25)', () => {
  it('that means a private address is not connected to', async () => {
    const resolve = vi.fn(() => Promise.resolve(['127.0.0.1']));
    const url = `https://hooks.example.com:${receiver.port}/`;
    expect(await send(url, { resolve })).toEqual({ kind: 'refused', reason: 'address_not_allowed' });
    expect(receiver.received).toEqual([]);
  });

  it('is asked for once, and what it means a moment later is refused then (DNS rebinding)', async () => {
    const connected: string[] = [];
    const listen = async (host: string, port: number) => {
      const server = createTcpServer((socket) => {
        connected.push(host);
        socket.destroy();
      });
      await new Promise<void>((done) => server.listen(port, host, done));
      return server;
    };
    const outer = await listen('127.0.0.1', 0);
    const { port } = outer.address() as AddressInfo;
    const inner = await listen('127.0.0.2', port);
    // What stands for the open internet is the one address that is allowed.
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const resolve = vi.fn(() => Promise.resolve(answers.shift() ?? []));
    const rebinding = () => send(`https://rebinding.example:${port}/`, { allowed: LOOPBACK, resolve });
    expect(await rebinding()).toEqual({ kind: 'failed', reason: 'unreachable' });
    expect([resolve.mock.calls.length, connected]).toEqual([1, ['127.0.0.1']]);
    expect(await rebinding()).toEqual({ kind: 'refused', reason: 'address_not_allowed' });
    expect(connected).toEqual(['127.0.0.1']);
    outer.close();
    inner.close();
  });

  it.each([
    'localhost',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[::127.0.0.1]',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    'user@127.0.0.1',
    'example.com@127.0.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '10.0.0.1',
  ])('or an address spelled %s is refused before anybody is connected to', async (host) => {
    const outcome = await send(`https://${host}:${receiver.port}/`);
    expect(outcome.kind).toBe('refused');
    expect(receiver.received).toEqual([]);
  });
});
