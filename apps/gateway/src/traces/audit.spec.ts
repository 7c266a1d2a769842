import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Subjects } from '@countersign/contracts';
import { aRequest, startGateway, type TestGateway } from '../testing/gateway-fixture.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('the audit log over HTTP', () => {
  let gateway: TestGateway;
  beforeEach(async () => void (gateway = await startGateway()));
  afterEach(() => gateway.close());

  it('gives the timeline of a trace, page by page', async () => {
    gateway.bus.answer(Subjects.queryTrace.template, () => ({ ok: true, items: [{ seq: 5 }], next: 5 }));
    const reply = await gateway.call('GET', `/api/v1/traces/${TRACE_ID}?limit=1&after=4`);
    expect([reply.status, reply.json]).toEqual([200, { trace_id: TRACE_ID, items: [{ seq: 5 }], next: 5 }]);
    await gateway.call('GET', `/api/v1/traces/${TRACE_ID}`);
    expect(gateway.bus.asked.map((a) => a.question)).toEqual([
      { tenant_id: 'default', trace_id: TRACE_ID, limit: 1, after_seq: 4 },
      { tenant_id: 'default', trace_id: TRACE_ID, limit: 500, after_seq: 0 },
    ]);
  });

  describe('of a trace without entries', () => {
    const recorded = (seqs: readonly number[]) =>
      gateway.bus.answer(Subjects.queryTrace.template, ({ after_seq }) => ({
        ok: true,
        items: seqs.filter((seq) => seq > Number(after_seq)).map((seq) => ({ seq })),
        next: null,
      }));
    const trace = (query = '') => gateway.call('GET', `/api/v1/traces/${TRACE_ID}${query}`);

    it('says 404 when nobody knows it', async () => {
      recorded([]);
      for (const query of ['', '?after=3'])
        expect([(await trace(query)).status, (await trace(query)).json.code]).toEqual([404, 'not_found']);
    });

    it('gives an empty page past the last entry of a known one', async () => {
      recorded([1, 2]);
      expect([(await trace('?after=2')).status, (await trace('?after=2')).json['items']]).toEqual([200, []]);
    });

    it('gives an empty page of one whose job was just taken in', async () => {
      recorded([]);
      const headers = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };
      await gateway.call('POST', '/api/v1/jobs', { body: aRequest(), headers });
      expect([(await trace()).status, (await trace()).json]).toEqual([
        200,
        { trace_id: TRACE_ID, items: [], next: null },
      ]);
    });
  });

  it.each([
    { ok: true, entries: 3, head_hash: 'sha256:ab', head_seq: 3 },
    { ok: false, seq: 2, problem: 'altered' },
  ])('tells what verifying the chain found: %j', async (finding) => {
    gateway.bus.answer(Subjects.queryAuditVerify.template, () => finding);
    const reply = await gateway.call('GET', '/api/v1/audit/verify');
    expect([reply.status, reply.json]).toEqual([200, finding]);
  });

  it('does not call a chain broken that could not be verified', async () => {
    gateway.bus.answer(Subjects.queryAuditVerify.template, () => ({ ok: false, code: 'unavailable' }));
    expect((await gateway.call('GET', '/api/v1/audit/verify')).status).toBe(503);
  });
});
