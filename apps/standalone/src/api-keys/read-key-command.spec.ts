import type { Sql } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { readKeyCommand } from './read-key-command.js';

const AGENT = ['--tenant', 'acme', '--role', 'producer', '--name', 'agent-7'];

function tableOf(rows: readonly object[] = []) {
  const asked: (readonly unknown[])[] = [];
  const refuse = () => Promise.reject(new Error('not for this'));
  const sql: Sql = {
    query: <T>(_text: string, params: readonly unknown[] = []) => {
      asked.push(params);
      return Promise.resolve(rows as T[]);
    },
    insertMany: refuse,
    updateMany: refuse,
  };
  return { sql, asked };
}

describe('npm run keys', () => {
  it.each([
    [[], 90 * 86_400],
    [['--expires', '12h'], 43_200],
    [['--expires', '1d'], 86_400],
    [['--expires', 'never'], null],
  ])('create with %j gives the key to programs and the rest to people', async (life, seconds) => {
    const { sql, asked } = tableOf();
    const printed = await readKeyCommand(['create', ...AGENT, '--agent', 'agent-8', ...life])(sql);
    expect(printed.result).toEqual([expect.stringMatching(/^cs_/)]);
    expect(printed.notes.join()).toContain('agent-7 of acme (producer)');
    expect(printed.notes.join()).not.toContain(printed.result[0]!.slice(18));
    expect(asked[0]).toContain(seconds);
    expect(asked[0]).toContainEqual(['agent-8']);
  });

  it('list shows a line for each key, with its state', async () => {
    const key = {
      tenant_id: 'acme',
      name: 'a',
      roles: ['auditor'],
      groups: ['g'],
      agents: [],
      expires_at: null,
    };
    const { sql, asked } = tableOf([
      { ...key, key_id: 'k1', is_usable: true, revoked_at: null, last_used_on: '2026-11-25' },
      { ...key, key_id: 'k2', is_usable: false, revoked_at: null, last_used_on: null },
      { ...key, key_id: 'k3', is_usable: false, revoked_at: '2026-11-25T00:00:00Z', last_used_on: null },
    ]);
    const { result } = await readKeyCommand(['list', '--tenant', 'acme'])(sql);
    expect(result).toEqual([
      'k1  acme  a  auditor  groups=g  usable  expires=never  last-used=2026-11-25',
      'k2  acme  a  auditor  groups=g  expired  expires=never  last-used=never',
      'k3  acme  a  auditor  groups=g  revoked 2026-11-25T00:00:00Z  expires=never  last-used=never',
    ]);
    expect(asked).toEqual([['acme']]);
  });

  it('revoke says when there was nothing to revoke', async () => {
    await expect(readKeyCommand(['revoke', 'k1'])(tableOf().sql)).rejects.toThrow('no key k1');
    expect((await readKeyCommand(['revoke', 'k1'])(tableOf([{ key_id: 'k1' }]).sql)).notes).toHaveLength(1);
  });

  it.each([
    [[], /usage/],
    [['create', '--tenant', 'acme', '--role', 'producer'], /usage/],
    [['create', 'agent-7', ...AGENT], /usage/],
    [['create', ...AGENT, '--expires', 'soon'], /90d, 12h or never/],
    [['create', ...AGENT, '--expires', '0d'], /90d, 12h or never/],
    [['create', ...AGENT, '--admin'], /--admin/],
    [['revoke'], /usage/],
    [['revoke', 'a', 'b'], /usage/],
    [['rotate', 'a'], /usage/],
  ])('refuses %j', (words, why) => expect(() => readKeyCommand(words)).toThrow(why));
});
