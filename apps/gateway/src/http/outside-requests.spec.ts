import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';
import type { RawReply } from '../testing/raw-exchange.js';

const get = (headers = '', path = '/health/live') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
const closing = (headers = '') => get(`${headers}Connection: close\r\n`);
const post = (headers: string, body = '') =>
  `POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;

function expectProblem(reply: RawReply | undefined, status: number, code: string, detail: RegExp): void {
  expect(reply).toMatchObject({
    status,
    headers: {
      'content-type': expect.stringMatching(/^application\/problem\+json/) as string,
      'x-content-type-options': 'nosniff',
    },
    json: {
      type: `urn:countersign:problem:${code}`,
      code,
      status,
      title: expect.any(String) as string,
      detail: expect.stringMatching(detail) as string,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    },
  });
}

describe('what Node would answer by itself', () => {
  let gateway: TestGateway;
  beforeAll(async () => void (gateway = await startGateway()));
  afterAll(() => gateway.close());

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', /Invalid method/],
    ['an unknown method', get().replace('GET', 'FOO'), /Invalid method/],
    ['a target that is none', get('', 'health'), /Invalid characters in url/],
    ['another protocol', get().replace('HTTP', 'SIP'), /could not be read/],
    ['a header without a name', get(': x\r\n'), /Invalid header token/],
    ['a blank before a colon', get('X : x\r\n'), /Invalid header token/],
    ['a control character in a header', get('X: \u0001\r\n'), /Invalid header value char/],
    ['two lengths', post('Content-Length: 1\r\nContent-Length: 2\r\n', '{}'), /Content-Length/],
    [
      'a length and chunks',
      post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '{}'),
      /could not be read/,
    ],
    [
      'a chunk of no length',
      post('Transfer-Encoding: chunked\r\n', 'zz\r\n{}\r\n'),
      /Invalid character in chunk/,
    ],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /could not be read/],
  ])('is a problem document at %s', async (_, text, detail) => {
    const replies = await gateway.raw(text);
    expect(replies).toHaveLength(1);
    expectProblem(replies[0], 400, 'malformed_request', detail);
    expect(replies[0]!.headers['connection']).toBe('close');
  });

  it('is a problem document for headers over 16 KiB, however much follows', async () => {
    const replies = await gateway.raw(get(`X: ${'x'.repeat(20_000)}\r\n`), 'x'.repeat(300_000));
    expectProblem(replies[0], 431, 'headers_too_large', /16 KiB/);
  });

  it('is a problem document for an expectation that cannot be met', async () => {
    const [reply] = await gateway.raw(closing('Expect: 200-maybe\r\n'));
    expectProblem(reply, 417, 'expectation_failed', /100-continue/);
  });

  it('goes on as usual when the expectation can be met', async () => {
    const body = JSON.stringify(aRequest());
    const headers = `Content-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n`;
    const replies = await gateway.raw(post(headers, body));
    expect(replies.map((r) => r.status)).toEqual([100, 202]);
  });

  it('is a problem document for a tunnel', async () => {
    const [reply] = await gateway.raw('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n');
    expectProblem(reply, 405, 'method_not_allowed', /no proxy/);
  });

  it.each([
    ['no Host', 'GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', closing('Host: localhost\r\n')],
    ['two Hosts, one of them another', closing('Host: evil.example\r\n')],
  ])('is a problem document at %s', async (_, text) => {
    expectProblem((await gateway.raw(text))[0], 400, 'invalid_header', /Host/);
  });

  it('gives the same trace as the request named', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const headers = `Expect: more\r\ntraceparent: 00-${traceId}-b7ad6b7169203331-01\r\n`;
    expect((await gateway.raw(closing(headers)))[0]!.json['trace_id']).toBe(traceId);
  });

  it('comes after the answer to a request that was sent before on the same connection', async () => {
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: false, code: 'not_found' }));
    const replies = await gateway.raw(get('', `/api/v1/jobs/${JOB_ID}`) + 'garbage\r\n\r\n');
    expect(replies.map((r) => [r.status, r.json['code']])).toEqual([
      [404, 'not_found'],
      [400, 'malformed_request'],
    ]);
  });

  it('outlives a client that hangs up in the middle, and takes that for no refusal', async () => {
    const { port } = gateway.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(post('Content-Length: 100\r\n', '{"topic"'));
    socket.resetAndDestroy();
    expect((await gateway.call('GET', '/health/live')).status).toBe(200);
    expect(gateway.tables.refused).toEqual([]);
  });
});

describe('a request that does not arrive in time', () => {
  let gateway: TestGateway;
  const hurry = (server: Server) => {
    Object.assign(server, { connectionsCheckingInterval: 20 });
    server.headersTimeout = 50;
    server.requestTimeout = 100;
  };
  beforeEach(async () => void (gateway = await startGateway({ tune: hurry })));
  afterEach(() => gateway.close());

  it.each([
    ['headers', 'GET /health/live HTTP/1.1\r\nHost: loc'],
    ['a body', post('Content-Length: 100\r\n', '{"topic"')],
  ])('is answered with 408 while %s are missing', async (_, text) => {
    const replies = await gateway.raw(text);
    expect(replies).toHaveLength(1);
    expectProblem(replies[0], 408, 'request_timeout', /in time/);
  });
});
