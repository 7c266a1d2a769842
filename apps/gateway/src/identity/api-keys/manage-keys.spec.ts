import { sqlOver, type DatabaseLike } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { createKey, revokeKey, type KeyWish } from './manage-keys.js';

const WISH: KeyWish = {
  tenant_id: 'acme',
  name: 'agent-7',
  roles: ['producer'],
  groups: [],
  agents: [],
  expiresAfterSec: null,
};
const BY = 'cli:ann';

/** A database that keeps what is written and gives these rows to every statement on keys. */
function table(keys: readonly object[] = [{ expires_at: null }]) {
  const stored: (readonly unknown[])[] = [];
  const told: { readonly subject: string; readonly body: string }[] = [];
  const sql = sqlOver(<T>(text: string, params: readonly unknown[] = []) => {
    if (text.startsWith('INSERT INTO outbox')) told.push(...(JSON.parse(String(params[0])) as typeof told));
    else stored.push(params);
    return Promise.resolve(keys as T[]);
  });
  const database: DatabaseLike = {
    ...sql,
    transaction: (work) => work(sql),
    close: () => Promise.resolve(),
  };
  return { database, stored, told };
}

describe('a new key', () => {
  it('is stored without its text', async () => {
    const { database, stored } = table();
    const { text, keyId } = await createKey(database, WISH, BY);
    expect(stored).toHaveLength(1);
    expect(stored[0]).toContain(keyId);
    for (const part of [text, text.slice(18)]) expect(JSON.stringify(stored)).not.toContain(part);
  });

  it('is told to the audit log with what it stands for and who made it, and nothing of its secret', async () => {
    const { database, told } = table([{ expires_at: '2027-01-01T00:00:00Z' }]);
    const { text, keyId } = await createKey(database, { ...WISH, groups: ['g'] }, BY);
    expect(told.map(({ subject, body }) => [subject, JSON.parse(body) as unknown])).toEqual([
      [
        'event.gateway.api_key.created',
        {
          change: 'created',
          key_id: keyId,
          tenant_id: 'acme',
          name: 'agent-7',
          roles: ['producer'],
          groups: ['g'],
          agents: [],
          expires_at: '2027-01-01T00:00:00Z',
          by: BY,
        },
      ],
    ]);
    expect(JSON.stringify(told)).not.toContain(text.slice(18));
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
    const { database, stored } = table();
    await expect(createKey(database, { ...WISH, ...over }, BY)).rejects.toThrow(why);
    expect(stored).toEqual([]);
  });

  it('may act for any agent', async () => {
    const { database, stored } = table();
    await createKey(database, { ...WISH, agents: ['*', 'agent-8'] }, BY);
    expect(stored[0]).toContainEqual(['*', 'agent-8']);
  });
});

describe('an end of a key', () => {
  const key = { tenant_id: 'acme', name: 'a', roles: ['auditor'], groups: [], agents: [], expires_at: null };

  it('is told with whose key it was and who ended it', async () => {
    const { database, told } = table([{ ...key, key_id: 'k'.repeat(14) }]);
    await revokeKey(database, 'k'.repeat(14), BY);
    expect(told.map(({ subject, body }) => [subject, JSON.parse(body) as unknown])).toEqual([
      ['event.gateway.api_key.revoked', { ...key, change: 'revoked', key_id: 'k'.repeat(14), by: BY }],
    ]);
  });

  it('is not told when nothing has ended', async () => {
    const { database, told } = table([]);
    await expect(revokeKey(database, 'k', BY)).rejects.toThrow('no key k');
    expect(told).toEqual([]);
  });
});
