import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { aRequest, JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const PROXY_HEADERS = [
  'Forwarded',
  'Via',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded',
  'X-Forwarded-Client-Cert',
  'X_Forwarded_For',
  'X-Real-IP',
  'X-Client-IP',
  'Client-IP',
  'X-Cluster-Client-IP',
  'X-Original-URL',
  'X-Original-Forwarded-For',
  'X-Rewrite-URL',
  'X-Remote-Addr',
  'X-ProxyUser-Ip',
  'X-Envoy-External-Address',
  'X-Amzn-Trace-Id',
  'X-Amz-Cf-Id',
  'X-Azure-ClientIP',
  'X-Appengine-User-Ip',
  'CF-Connecting-IP',
  'CF-Ray',
  'CDN-Loop',
  'True-Client-IP',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'Proxy-Authorization',
  'Proxy-Connection',
  'Max-Forwards',
];

describe('local trust', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
    gateway.bus.answer(Subjects.commandApprovalResolve.template, () => ({ ok: true, approval: {} }));
    gateway.bus.answer(Subjects.queryApprovalList.template, () => ({ ok: true, items: [] }));
  });
  afterAll(() => gateway.close());

  /** Tries to send a job, to approve one and to read, and gives the statuses and codes; nothing may come of it. */
  async function tryAll(headers: Record<string, string | string[]>) {
    const replies = [
      await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers }),
      await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, { headers }),
      await gateway.call('GET', '/api/v1/approvals', { headers }),
    ];
    expect([gateway.bus.asked, gateway.tables.emitted]).toEqual([[], []]);
    return [...new Set(replies.map((reply) => `${reply.status} ${reply.json.code}`))];
  }
  const raw = async (target: string, headers = 'Host: 127.0.0.1:8081\r\n') => {
    const replies = await gateway.raw(`GET ${target} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    expect(gateway.bus.asked.splice(0).length > 0).toBe(replies[0]!.status === 200);
    return [replies[0]!.status, replies[0]!.json['code']];
  };

  it.each(PROXY_HEADERS)('is not given to a request with %s, whatever it says', async (name) => {
    for (const value of ['127.0.0.1', '', 'for=127.0.0.1;host=localhost'])
      expect(await tryAll({ [name]: value })).toEqual(['401 unauthenticated']);
  });

  it('is not given to a forwarded request behind a thousand other headers', async () => {
    const filler = 'a:\r\n'.repeat(2_500);
    const headers = `Host: localhost\r\n${filler}X-Forwarded-For: 10.0.0.1\r\n`;
    expect(await raw('/api/v1/approvals', headers)).toEqual([401, 'unauthenticated']);
  });

  it('names the header by which a proxy gave itself away, and not its value', async () => {
    const reply = await gateway.call('GET', '/api/v1/jobs', { headers: { 'x-real-ip': 'hunter2' } });
    expect(reply.json['detail']).toContain('x-real-ip');
    expect(reply.text).not.toContain('hunter2');
  });

  it.each([
    ['Bearer', 'Bearer x'],
    ['Basic', 'Basic eDp4'],
    ['nothing', ''],
  ])('is not given to credentials of the kind %s that nobody can check', async (_, authorization) => {
    expect(await tryAll({ authorization })).toEqual(['401 invalid_credentials']);
  });

  it.each([
    'evil.example',
    'evil.example:8081',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost.',
    'localhost:8081:8081',
    'localhost:8081, evil.example',
    'evil@localhost',
    '0.0.0.0:8081',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '127.1',
    '',
  ])('is not given under the Host %j (DNS rebinding)', async (host) => {
    expect(await raw('/api/v1/approvals', `Host: ${host}\r\n`)).toEqual([403, 'foreign_origin']);
  });

  it('is not given under two Hosts, in either order', async () => {
    for (const hosts of [
      'Host: localhost\r\nHost: evil.example\r\n',
      'Host: evil.example\r\nHost: localhost\r\n',
    ])
      expect(await raw('/api/v1/approvals', hosts)).toEqual([400, 'invalid_header']);
  });

  it('is not given without a Host, not even to HTTP/1.0', async () => {
    expect(await raw('/api/v1/approvals', '')).toEqual([400, 'invalid_header']);
    const [old] = await gateway.raw('GET /api/v1/approvals HTTP/1.0\r\n\r\n');
    expect([old!.status, old!.json['code']]).toEqual([403, 'foreign_origin']);
  });

  it.each([
    'http://evil.example/api/v1/approvals',
    'http://evil.example:8081/api/v1/approvals',
    'http://localhost:8081/api/v1/approvals',
    'http://evil@127.0.0.1:8081/api/v1/approvals',
    'https://127.0.0.1:8081/api/v1/approvals',
    'ws://127.0.0.1:8081/api/v1/approvals',
  ])('is not given under the target %s, which is not the Host', async (target) => {
    expect(await raw(target)).toEqual([403, 'foreign_origin']);
  });

  it.each([
    ['//evil.example/api/v1/approvals', 404],
    ['/\\evil.example/api/v1/approvals', 404],
  ])('finds nothing at the target %s', async (target, status) => {
    expect((await raw(target))[0]).toBe(status);
  });

  it.each([
    '/api/v1/approvals',
    'http://127.0.0.1:8081/api/v1/approvals',
    'HTTP://127.0.0.1:8081/api/v1/approvals',
  ])('is given under the target %s, which is the Host', async (target) =>
    expect(await raw(target)).toEqual([200, undefined]),
  );

  it.each([
    'https://evil.example',
    'null',
    '',
    'http://localhost:3000',
    'https://127.0.0.1:8081',
    'http://127.0.0.1:8081.evil.example',
    'file://',
    'chrome-extension://abcdef',
  ])('is not given to a page of %j (CSRF)', async (origin) => {
    expect(await tryAll({ host: '127.0.0.1:8081', origin })).toEqual(['403 foreign_origin']);
  });

  it('is not given to a page of another site that rebound its name', async () => {
    const host = 'rebound.evil.example:8081';
    expect(await tryAll({ host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).toEqual([
      '403 foreign_origin',
    ]);
  });

  it.each(['cross-site', 'same-site', 'something-new', '', 'same-origin, cross-site'])(
    'is not given to a browser that says the page is %j (Sec-Fetch-Site)',
    async (site) => expect(await tryAll({ 'sec-fetch-site': site })).toEqual(['403 foreign_origin']),
  );

  it('is not given when two of the same header say different things', async () => {
    expect(await tryAll({ 'sec-fetch-site': ['same-origin', 'cross-site'] })).toEqual(['403 foreign_origin']);
    const host = '127.0.0.1:8081';
    expect(await tryAll({ host, origin: [`http://${host}`, 'https://evil.example'] })).toEqual([
      '403 foreign_origin',
    ]);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['a form with a file', 'multipart/form-data; boundary=x'],
    ['text', 'text/plain'],
  ])('takes no job as %s, which any page may send', async (_, type) => {
    const headers = { 'content-type': type };
    const reply = await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers });
    expect([reply.status, reply.json.code]).toEqual([415, 'unsupported_media_type']);
  });

  it('refuses a stranger before anything else of the request is judged', async () => {
    const headers = { origin: 'https://evil.example', 'content-type': 'text/plain', 'idempotency-key': '' };
    for (const path of ['/api/v1/jobs?foo=1', '/api/v1/jobs/x/cancel', '/api/v1/nowhere', '/API/V1/JOBS/']) {
      const reply = await gateway.call('POST', path, { body: 'x', headers });
      expect([path, reply.status, reply.json.code]).toEqual([path, 403, 'foreign_origin']);
    }
  });

  it('reads no address with a slash or a letter too many as another route', async () => {
    for (const path of [
      '//api/v1/approvals',
      '/api//v1/approvals',
      '/api/v1//approvals',
      '/api/v1/approvals//',
    ])
      expect([path, (await gateway.call('GET', path)).status]).toEqual([path, 404]);
  });

  describe('is given to', () => {
    const curl = { 'user-agent': 'curl/8.5.0', accept: '*/*' };
    it.each([
      ['curl as the README calls it', curl],
      ['curl at localhost', { ...curl, host: 'localhost:8081' }],
      ['curl at IPv6', { ...curl, host: '[::1]:8081' }],
      ['fetch of Node', { 'sec-fetch-mode': 'cors', 'user-agent': 'node', 'accept-language': '*' }],
      [
        'the page of the API itself',
        { host: 'localhost:8081', origin: 'http://localhost:8081', 'sec-fetch-site': 'same-origin' },
      ],
      ['an address that a person typed', { 'sec-fetch-site': 'none' }],
      [
        'a traced program',
        { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-request-id': '1' },
      ],
    ])('%s', async (_, headers) => {
      const reply = await gateway.call('POST', `/api/v1/approvals/${JOB_ID}/approve`, {
        body: { note: 'x' },
        headers,
      });
      expect(reply.status).toBe(200);
      expect(gateway.bus.asked.splice(0)).toMatchObject([{ question: { by: 'local-operator' } }]);
    });
  });
});
