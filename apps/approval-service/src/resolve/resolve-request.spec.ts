import { describe, expect, it } from 'vitest';
import { parseBody } from '@countersign/contracts';
import { ResolveRequest } from './resolve-request.js';

const request = (over: object = {}) => ({
  tenant_id: 'default',
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  vote: 'approve',
  note: 'ticket 4711',
  by: 'local-operator',
  ...over,
});
const parse = (body: object) => parseBody(ResolveRequest, Buffer.from(JSON.stringify(body)));

describe('ResolveRequest', () => {
  it('takes a vote', () => {
    expect(parse(request())).toEqual({ ok: true, value: request() });
  });

  it.each([true, 1, 'APPROVE', 'yes', ['approve'], null])('H02: refuses %j as a vote', (vote) => {
    expect(parse(request({ vote }))).toMatchObject({ ok: false, problem: { pointer: '/vote' } });
  });

  it.each(['approved', 'decided_by', 'voter'])('H02, H12: refuses the member %s', (member) => {
    expect(parse(request({ [member]: 'cfo' }))).toMatchObject({
      ok: false,
      problem: { code: 'unknown_field', pointer: `/${member}` },
    });
  });

  it('H12: refuses a vote without a verified voter', () => {
    const { by: _, ...anonymous } = request();
    expect(parse(anonymous)).toMatchObject({ ok: false, problem: { code: 'missing_field', pointer: '/by' } });
  });
});
