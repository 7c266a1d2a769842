import { sqlOver, type DatabaseLike } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { readKeyCommand } from './read-key-command.js';

const AGENT = ['--tenant', 'acme', '--role', 'producer', '--name', 'agent-7'];

function tableOf(rows: readonly object[] = [{ expires_at: null }]) {
  const asked: (readonly unknown[])[] = [];
  const sql = sqlOver(<T>(_text: string, params: readonly unknown[] = []) => {
    asked.push(params);
    return Promise.resolve(rows as T[]);
  });
  const database: DatabaseLike = { ...sql, transaction: (work) => work(sql), close: () => Promise.resolve() };
  return { database, asked };
}
const read = (words: readonly string[]) => readKeyCommand(words, 'cli:ann');

describe('npm run keys', () => {
  it.each([
    [[], 90 * 86_400],
    [['--expires', '12h'], 43_200],
    [['--expires', '1d'], 86_400],
    [['--expires', 'never'], null],
  ])('create with %j gives the key to programs and the rest to people', async (life, seconds) => {
    const { database, asked } = tableOf();
    const printed = await read(['create', ...AGENT, '--agent', 'agent-8', ...life])(database);
    expect(printed.result).toEqual([expect.stringMatching(/^cs_/)]);
    expect(printed.notes.join()).toContain('agent-7 of acme (producer)');
    expect(printed.notes.join()).not.toContain(printed.result[0]!.slice(18));
    expect(printed.notes.join()).toMatch(/trace [0-9a-f]{32}/);
    expect(asked[1]!.join()).toContain('cli:ann');
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
    const { database, asked } = tableOf([
      { ...key, key_id: 'k1', is_usable: true, revoked_at: null, last_used_on: '2026-11-25' },
      { ...key, key_id: 'k2', is_usable: false, revoked_at: null, last_used_on: null },
      { ...key, key_id: 'k3', is_usable: false, revoked_at: '2026-11-25T00:00:00Z', last_used_on: null },
    ]);
    const { result } = await read(['list', '--tenant', 'acme'])(database);
    expect(result).toEqual([
      'k1  acme  a  auditor  groups=g  usable  expires=never  last-used=2026-11-25',
      'k2  acme  a  auditor  groups=g  expired  expires=never  last-used=never',
      'k3  acme  a  auditor  groups=g  revoked 2026-11-25T00:00:00Z  expires=never  last-used=never',
    ]);
    expect(asked).toEqual([['acme']]);
  });

  it('revoke says when there was nothing to revoke', async () => {
    const ended = {
      tenant_id: 'acme',
      name: 'a',
      roles: ['auditor'],
      groups: [],
      agents: [],
      expires_at: null,
    };
    await expect(read(['revoke', 'k1'])(tableOf([]).database)).rejects.toThrow('no key k1');
    const { notes } = await read(['revoke', 'k1'])(tableOf([ended]).database);
    expect(notes).toEqual([expect.stringMatching(/^key k1 lets nobody in any more \(trace [0-9a-f]{32}\)$/)]);
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
  ])('refuses %j', (words, why) => expect(() => read(words)).toThrow(why));
});
