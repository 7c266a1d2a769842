import { KeyChange, Service } from '@countersign/contracts';
import type { DatabaseLike, Sql } from '@countersign/persistence';
import { leaveToOutbox } from '@countersign/service-kit';
import { NAME, RESERVED_NAME, Role, ROLES, TENANT } from '../caller.js';
import { endKey, insertKey, selectKeys, type KeyGrant, type ListedKey } from './api-key.store.js';
import { makeKey } from './key-text.js';
import { tellKeyChange, type Recorded } from './tell-key-change.js';

/** What a new key is to be. Roles are as somebody wrote them. */
export interface KeyWish extends Omit<KeyGrant, 'roles'> {
  readonly roles: readonly string[];
  /** Seconds from the database's now; null is for ever. */
  readonly expiresAfterSec: number | null;
}

/** A key that was made. Its text is kept nowhere. */
export interface CreatedKey extends Recorded {
  readonly keyId: string;
  readonly text: string;
}

/**
 * Makes a key, and leaves word of it for the audit log in the same transaction; `by` is at whose command. Throws a
 * `RangeError` with what of the wish is not possible.
 */
export function createKey(database: DatabaseLike, wish: KeyWish, by: string): Promise<CreatedKey> {
  return leaveToOutbox(Service.Gateway, database, async (work) => {
    const grant = grantOf(wish);
    const { keyId, text, digest } = makeKey();
    const key = { ...grant, key_id: keyId };
    const end = await insertKey(work, { ...key, secret: digest, expiresAfterSec: wish.expiresAfterSec });
    return { keyId, text, ...tellKeyChange(work, KeyChange.Created, { ...key, ...end }, by) };
  });
}

/** All keys, or those of a tenant, oldest first; never what they are made of. */
export function listKeys(sql: Sql, tenant: string | null): Promise<ListedKey[]> {
  return selectKeys(sql, tenant);
}

/**
 * Ends a key at once and for good, with word of it as in {@link createKey}. Throws a `RangeError` when there is none with
 * this id that has not ended.
 */
export function revokeKey(database: DatabaseLike, keyId: string, by: string): Promise<Recorded> {
  return leaveToOutbox(Service.Gateway, database, async (work) => {
    const ended = await endKey(work, keyId);
    if (!ended) throw new RangeError(`there is no key ${keyId}, or it was revoked before`);
    return tellKeyChange(work, KeyChange.Revoked, { ...ended, key_id: keyId }, by);
  });
}

function grantOf({ tenant_id, name, roles: wanted, groups, agents }: KeyWish): KeyGrant {
  if (!TENANT.test(tenant_id)) throw new RangeError(`the tenant ${tenant_id} is outside [a-z0-9_-]+`);
  if (!NAME.test(name) || RESERVED_NAME.test(name)) throw new RangeError(`the name ${name} is not possible`);
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
