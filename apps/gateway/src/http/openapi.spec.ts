import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ajv } from 'ajv';
import { STREAM_LIST, RESPONDERS, Service, subjectMatches } from '@countersign/contracts';
import { gatewayFlow } from '../gateway.flow.js';
import { aRequest, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
  readonly components: { readonly schemas: Record<string, object> };
}

describe('the OpenAPI document', () => {
  let gateway: TestGateway;
  let document: Document;
  beforeAll(async () => {
    gateway = await startGateway();
    document = (await gateway.call('GET', '/api/docs.json')).json as unknown as Document;
  });
  afterAll(() => gateway.close());

  it('is served as a page too', async () => {
    const page = await gateway.call('GET', '/api/docs');
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('swagger-ui')]);
  });

  it('names every route', () => {
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual([
      'get /api/v1/approvals',
      'get /api/v1/approvals/groups',
      'get /api/v1/approvals/stream',
      'get /api/v1/approvals/{job_id}',
      'get /api/v1/audit/verify',
      'get /api/v1/blobs/sha256/{digest}',
      'get /api/v1/console/sign-in',
      'get /api/v1/console/sign-in/{id}',
      'get /api/v1/console/sign-in/{id}/callback',
      'get /api/v1/jobs',
      'get /api/v1/jobs/{id}',
      'get /api/v1/jobs/{id}/output',
      'get /api/v1/me',
      'get /api/v1/policies',
      'get /api/v1/policies/active',
      'get /api/v1/policies/{hash}',
      'get /api/v1/reviews',
      'get /api/v1/traces/{trace_id}',
      'get /api/v1/warrants/keys',
      'get /health/live',
      'get /health/ready',
      'post /api/v1/approvals/resolve',
      'post /api/v1/approvals/{job_id}/approve',
      'post /api/v1/approvals/{job_id}/comments',
      'post /api/v1/approvals/{job_id}/deny',
      'post /api/v1/approvals/{job_id}/edit',
      'post /api/v1/approvals/{job_id}/withdraw',
      'post /api/v1/callbacks/slack',
      'post /api/v1/console/sign-out',
      'post /api/v1/jobs',
      'post /api/v1/jobs/{id}/cancel',
      'post /api/v1/policies',
      'post /api/v1/policies/rollback',
      'post /api/v1/policies/{hash}/activate',
      'post /api/v1/policy/check',
      'post /api/v1/policy/explain',
      'post /api/v1/policy/replay',
      'post /api/v1/policy/simulate',
      'post /api/v1/reviews/{job_id}/seen',
      'put /api/v1/blobs/sha256/{digest}',
    ]);
    expect(document.openapi).toBe('3.1.0');
  });

  it('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name!);
  });

  it('describes the job request with the schema that judges it', () => {
    const ajv = new Ajv({ strict: true, formats: { 'date-time': true } });
    const check = ajv.compile(document.components.schemas['JobRequest']!);
    expect(check(aRequest())).toBe(true);
    expect(check(aRequest({ foo: 1 }))).toBe(false);
  });
});

describe('the flow of the gateway', () => {
  it('is what the contract lets it publish and ask', () => {
    for (const subject of gatewayFlow.publishes)
      expect(
        STREAM_LIST.some((s) =>
          s.publishers.some((p) => p.service === Service.Gateway && subjectMatches(p.subject, subject)),
        ),
      ).toBe(true);
    const allowed = RESPONDERS.filter((r) => r.callers.includes(Service.Gateway)).map((r) => r.subject);
    expect([...gatewayFlow.asks].sort()).toEqual(allowed.sort());
  });
});
