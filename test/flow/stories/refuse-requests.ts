import { expect, it } from 'vitest';
import type { TestPlatform } from '../support/platform.js';

const read = { topic: 'job.mcp-bridge.read.list_tickets', tenant_id: 'default' };

/** What is answered at once: a repeated request, and a bad one. */
export function refuseRequests(platform: () => TestPlatform): void {
  it('the same idempotency key gives the same job, and another body 422 (X07)', async () => {
    const { api, broker, database } = platform();
    const headers = { 'idempotency-key': 'one key' };
    const jobs = async () => {
      await broker.settled();
      const count = 'SELECT count(*)::int AS n FROM policy_evaluator.decisions';
      return (await database.query<{ n: number }>(count)).rows[0]!.n;
    };
    const before = await jobs();
    const first = await api.submit(read, headers);
    expect(await api.submit(read, headers)).toMatchObject({ job_id: first.job_id });
    const other = await api.call('POST', '/api/v1/jobs', { ...read, risk_tags: ['prod'] }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await jobs()).toBe(before + 1);
  });

  const withMember = (member: string) => `{"topic":"job.a","tenant_id":"default",${member}}`;
  const withParams = (params: string) => withMember(`"params":${params}`);
  it.each([
    ['malformed JSON', '{', 400, 'malformed_json', undefined],
    ['a double member', withMember('"topic":"job.b"'), 400, 'duplicate_key', '/topic'],
    ['an unknown member', withMember('"approved":true'), 400, 'unknown_field', '/approved'],
    [
      'a topic outside the grammar',
      '{"topic":"jobs.a","tenant_id":"default"}',
      400,
      'invalid_field',
      '/topic',
    ],
    ['a big integer', withParams('9007199254740993'), 400, 'unsafe_integer', '/params'],
    ['too deep a value', withParams('['.repeat(80) + ']'.repeat(80)), 400, 'too_deep', undefined],
    ['too large a body', withParams(`"${'a'.repeat(600_000)}"`), 413, 'too_large', undefined],
  ])('%s is refused with a problem document (P20, H02)', async (_name, body, status, code, pointer) => {
    const answer = await platform().api.call('POST', '/api/v1/jobs', body);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer).toMatchObject({ status, body: { code, ...(pointer === undefined ? {} : { pointer }) } });
  });
}
