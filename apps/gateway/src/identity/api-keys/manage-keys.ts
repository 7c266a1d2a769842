import type { Sql } from '@countersign/persistence';
import { NAME, Role, ROLES, TENANT } from '../caller.js';
import { endKey, insertKey, selectKeys, type KeyGrant, type ListedKey } from './api-key.store.js';
import { makeKey } from './key-text.js';

/** What a new key is to be. Roles are as somebody wrote them. */
export interface KeyWish extends Omit<KeyGrant, 'roles'> {
  readonly roles: readonly string[];
  /** Seconds from the database's now; null is for ever. */
  readonly expiresAfterSec: number | null;
}

/** A key that was made. Its text is kept nowhere. */
export interface CreatedKey {
  readonly keyId: string;
  readonly text: string;
}

/** Names of callers that are nobody's to take: they stand for who has no credentials. */
const RESERVED = /^local-/i;

/** Makes a key. Throws a `RangeError` with what of the wish is not possible. */
export async function createKey(sql: Sql, wish: KeyWish): Promise<CreatedKey> {
  const { keyId, text, digest } = makeKey();
  const { expiresAfterSec } = wish;
  await insertKey(sql, { ...grantOf(wish), key_id: keyId, secret: digest, expiresAfterSec });
  return { keyId, text };
}

/** All keys, or those of a tenant, oldest first; never what they are made of. */
export function listKeys(sql: Sql, tenant: string | null): Promise<ListedKey[]> {
  return selectKeys(sql, tenant);
}

/** Ends a key at once and for good. Throws a `RangeError` when there is none with this id that has not ended. */
export async function revokeKey(sql: Sql, keyId: string): Promise<void> {
  if (!(await endKey(sql, keyId))) throw new RangeError(`there is no key ${keyId}, or it was revoked before`);
}

function grantOf({ tenant_id, name, roles: wanted, groups, agents }: KeyWish): KeyGrant {
  if (!TENANT.test(tenant_id)) throw new RangeError(`the tenant ${tenant_id} is outside [a-z0-9_-]+`);
  if (!NAME.test(name) || RESERVED.test(name)) throw new RangeError(`the name ${name} is not possible`);
  const roles = wanted.map((text) => {
    const role = ROLES.find((one) => one === text);
    if (role === undefined) throw new RangeError(`the role ${text} is none of ${ROLES.join(', ')}`);
    return role;
  });
  if (roles.length === 0) throw new RangeError('a key needs a role');
  // What asks for jobs or runs them is a program, and whoever holds its key would countersign for it.
  if (roles.includes(Role.Reviewer) && (roles.includes(Role.Producer) || roles.includes(Role.Worker)))
    throw new RangeError('a key that asks for jobs or runs them can not review them: make two');
  const stranger = [...groups, ...agents.filter((agent) => agent !== '*')].find((text) => !NAME.test(text));
  if (stranger !== undefined) throw new RangeError(`${stranger} is no name of a group or an agent`);
  return { tenant_id, name, roles: [...new Set(roles)], groups, agents };
}
