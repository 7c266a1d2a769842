import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { JOB_ID, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const READ = 'GET, HEAD, OPTIONS';
const ALLOWED: readonly (readonly [string, string])[] = [
  ['/api/v1/jobs', `POST, ${READ}`],
  [`/api/v1/jobs/${JOB_ID}`, READ],
  [`/api/v1/jobs/${JOB_ID}/output`, READ],
  [`/api/v1/jobs/${JOB_ID}/cancel`, 'POST, OPTIONS'],
  ['/api/v1/approvals', READ],
  [`/api/v1/approvals/${JOB_ID}/approve`, 'POST, OPTIONS'],
  [`/api/v1/approvals/${JOB_ID}/deny`, 'POST, OPTIONS'],
  [`/api/v1/traces/${TRACE_ID}`, READ],
  ['/api/v1/audit/verify', READ],
  ['/health/live', READ],
  ['/health/ready', READ],
  ['/api/docs', READ],
  ['/api/docs.json', READ],
  ['/api/docs.yaml', READ],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
const inOrder = (list = '') => list.split(', ').sort();

describe('the methods of an address', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
    gateway.bus.answer(Subjects.queryJobGet.template, () => ({ ok: false, code: 'not_found' }));
  });
  afterAll(() => gateway.close());

  it.each(ALLOWED)('%s refuses all but %s', async (path, allowed) => {
    for (const method of METHODS.filter((one) => !allowed.split(', ').includes(one))) {
      const reply = await gateway.call(method, path);
      expect([method, reply.status, inOrder(reply.headers.allow)]).toEqual([method, 405, inOrder(allowed)]);
      if (method === 'HEAD') continue;
      expect(reply.json).toMatchObject({ code: 'method_not_allowed', status: 405 });
      expect(reply.json['detail']).toContain('This address takes ');
    }
  });

  it.each(ALLOWED)('%s tells OPTIONS that it takes %s, and lets no other site in', async (path, allowed) => {
    const reply = await gateway.call('OPTIONS', path);
    expect([reply.status, reply.text, inOrder(reply.headers.allow)]).toEqual([204, '', inOrder(allowed)]);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('refuses the preflight of a page of another site', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const reply = await gateway.call('OPTIONS', '/api/v1/jobs', { headers });
    expect([reply.status, reply.json.code]).toEqual([403, 'foreign_origin']);
  });

  it.each(['*', '/api/v1/agents', '/api/v1/jobs/x/y'])('knows nothing at OPTIONS %s', async (path) => {
    const [reply] = await gateway.raw(
      `OPTIONS ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect([reply?.status, reply?.json['code']]).toEqual([404, 'not_found']);
  });

  it.each([
    ['/health/live', 200],
    [`/api/v1/jobs/${JOB_ID}`, 404],
    ['/api/v1/jobs/x', 400],
    [`/api/v1/jobs/${JOB_ID}?foo=1`, 400],
    ['/nowhere', 404],
  ])('answers HEAD %s like GET with %i and without a body', async (path, status) => {
    const [head, read] = [await gateway.call('HEAD', path), await gateway.call('GET', path)];
    expect([head.status, read.status, head.text]).toEqual([status, status, '']);
    expect(head.headers['content-type']).toBe(read.headers['content-type']);
    expect(head.headers['content-length']).toBe(read.headers['content-length']);
  });

  it('H11: changes nothing for whoever only looks', async () => {
    const { length } = gateway.bus.asked;
    for (const verb of ['approve', 'deny'])
      for (const method of ['GET', 'HEAD'])
        expect((await gateway.call(method, `/api/v1/approvals/${JOB_ID}/${verb}`)).status).toBe(405);
    expect(gateway.bus.asked).toHaveLength(length);
  });
});
