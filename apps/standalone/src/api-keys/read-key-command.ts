import { parseArgs } from 'node:util';
import { createKey, listKeys, revokeKey, type ListedKey } from '@countersign/gateway';
import type { DatabaseLike } from '@countersign/persistence';

export const KEY_USAGE = `usage:
  npm run keys -- create --tenant <tenant> --role <role> [--role …] --name <name>
                         [--agent <agent> …] [--group <group> …] [--expires <90d|12h|never>]
  npm run keys -- list [--tenant <tenant>]
  npm run keys -- revoke <key id>
Roles: producer, worker, reviewer, auditor, operator. A key is shown once, and is good for 90 days unless told.`;

const DEFAULT_LIFE = '90d';
const LIFE = /^([1-9]\d{0,4})([hd])$/;
const SECONDS = { h: 3_600, d: 86_400 } as const;

/** What becomes of a command: lines for the person at the terminal, and the one that a program may read. */
export interface Printed {
  readonly notes: readonly string[];
  /** For standard output. */
  readonly result: readonly string[];
}

/** Reads a command about API keys, which `by` gives. Throws with what is wrong, or with {@link KEY_USAGE}. */
export function readKeyCommand(
  words: readonly string[],
  by: string,
): (database: DatabaseLike) => Promise<Printed> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      tenant: { type: 'string' },
      name: { type: 'string' },
      role: { type: 'string', multiple: true },
      agent: { type: 'string', multiple: true },
      group: { type: 'string', multiple: true },
      expires: { type: 'string' },
    },
  });
  const [verb, ...names] = positionals;
  const { tenant, name, role = [], agent = [], group = [], expires = DEFAULT_LIFE } = values;
  if (verb === 'create' && names.length === 0 && tenant !== undefined && name !== undefined) {
    const expiresAfterSec = secondsOf(expires);
    return async (database) => {
      const wish = { tenant_id: tenant, name, roles: role, groups: group, agents: agent, expiresAfterSec };
      const { keyId, text, traceId } = await createKey(database, wish, by);
      const life = expiresAfterSec === null ? 'for ever' : `for ${expires}`;
      return {
        notes: [
          `key ${keyId} for ${name} of ${tenant} (${role.join(', ')}), good ${life}; it is shown this once (trace ${traceId}):`,
        ],
        result: [text],
      };
    };
  }
  if (verb === 'list' && names.length === 0)
    return async (database) => {
      const keys = await listKeys(database, tenant ?? null);
      return { notes: keys.length === 0 ? ['there is no key'] : [], result: keys.map(lineOf) };
    };
  const [keyId] = names;
  if (verb === 'revoke' && keyId !== undefined && names.length === 1)
    return async (database) => {
      const { traceId } = await revokeKey(database, keyId, by);
      return { notes: [`key ${keyId} lets nobody in any more (trace ${traceId})`], result: [] };
    };
  throw new RangeError(KEY_USAGE);
}

function secondsOf(text: string): number | null {
  if (text === 'never') return null;
  const [, count, unit] = LIFE.exec(text) ?? [];
  if (count === undefined)
    throw new RangeError(`--expires ${text} is not like 90d, 12h or never\n${KEY_USAGE}`);
  return Number(count) * SECONDS[unit === 'h' ? 'h' : 'd'];
}

function lineOf({ key_id: keyId, tenant_id: tenant, name, roles, ...key }: ListedKey): string {
  const state = key.is_usable ? 'usable' : key.revoked_at === null ? 'expired' : `revoked ${key.revoked_at}`;
  return [
    keyId,
    tenant,
    name,
    roles.join(','),
    ...(key.agents.length > 0 ? [`agents=${key.agents.join(',')}`] : []),
    ...(key.groups.length > 0 ? [`groups=${key.groups.join(',')}`] : []),
    state,
    `expires=${key.expires_at ?? 'never'}`,
    `last-used=${key.last_used_on ?? 'never'}`,
  ].join('  ');
}
