import type { Sql } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { createKey, type KeyWish } from './manage-keys.js';

const WISH: KeyWish = {
  tenant_id: 'acme',
  name: 'agent-7',
  roles: ['producer'],
  groups: [],
  agents: [],
  expiresAfterSec: null,
};

function table() {
  const stored: (readonly unknown[])[] = [];
  const refuse = () => Promise.reject(new Error('only keys are inserted'));
  const sql: Sql = {
    query: (_text, params = []) => {
      stored.push(params);
      return Promise.resolve([]);
    },
    insertMany: refuse,
    updateMany: refuse,
  };
  return { sql, stored };
}

describe('a new key', () => {
  it('is stored without its text', async () => {
    const { sql, stored } = table();
    const { text, keyId } = await createKey(sql, WISH);
    expect(stored).toHaveLength(1);
    expect(stored[0]).toContain(keyId);
    for (const part of [text, text.slice(18)]) expect(JSON.stringify(stored)).not.toContain(part);
  });

  it.each<[string, Partial<KeyWish>, RegExp]>([
    ['a tenant outside the grammar', { tenant_id: 'Acme' }, /tenant/],
    ['a name outside the grammar', { name: 'a b' }, /name/],
    ['the name of a local caller', { name: 'local-operator' }, /name/],
    ['the name of a local caller in capitals', { name: 'Local-Operator' }, /name/],
    ['no role', { roles: [] }, /role/],
    ['an unknown role', { roles: ['admin'] }, /admin/],
    ['the right to ask and to answer (H04)', { roles: ['producer', 'reviewer'] }, /make two/],
    ['the right to run and to answer (H04)', { roles: ['reviewer', 'worker'] }, /make two/],
    ['a group outside the grammar', { groups: ['a b'] }, /a b/],
    ['an agent outside the grammar', { agents: ['agent-*'] }, /agent-\*/],
  ])('is not made with %s', async (_, over, why) => {
    const { sql, stored } = table();
    await expect(createKey(sql, { ...WISH, ...over })).rejects.toThrow(why);
    expect(stored).toEqual([]);
  });

  it('may act for any agent', async () => {
    const { sql, stored } = table();
    await createKey(sql, { ...WISH, agents: ['*', 'agent-8'] });
    expect(stored[0]).toContainEqual(['*', 'agent-8']);
  });
});
