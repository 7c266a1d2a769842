import { describe, expect, it } from 'vitest';
import { answerByTenant } from './answer-by-tenant.js';

const request = (tenant_id: string, n: number) => ({ tenant_id, n });

describe('requests of several tenants in one batch', () => {
  it('are answered each with its own tenant’s, in their order', async () => {
    const asked: string[] = [];
    const requests = [request('a', 1), request('b', 2), request('a', 3)];
    const answers = await answerByTenant(requests, (tenant, group) => {
      asked.push(`${tenant} ${group.map(({ n }) => n).join()}`);
      return Promise.resolve(group.map(({ n }) => ({ ok: true, tenant, n })));
    });
    expect(asked).toEqual(['a 1,3', 'b 2']);
    expect(answers).toEqual(requests.map(({ tenant_id, n }) => ({ ok: true, tenant: tenant_id, n })));
  });

  it('are not undone by the failure of another tenant’s', async () => {
    const answers = await answerByTenant([request('a', 1), request('b', 2)], (tenant) =>
      tenant === 'a' ? Promise.reject(new Error('no')) : Promise.resolve([{ ok: true }]),
    );
    expect(answers).toEqual([{ ok: false, code: 'unavailable' }, { ok: true }]);
  });

  it('fail as a batch when nothing was done for anybody', async () => {
    const failing = answerByTenant([request('a', 1), request('b', 2)], () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
  });

  it('are nobody’s when there are none', async () => {
    expect(await answerByTenant([], () => Promise.reject(new Error('no')))).toEqual([]);
  });
});
