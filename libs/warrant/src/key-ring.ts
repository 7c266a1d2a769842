import { KeyObject } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';
import { parseText, validate } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { WARRANT_ALG } from './warrant.js';

/** What a key of the ring is for. */
export const KeyStatus = {
  /** Signs. There is exactly one. */
  Active: 'active',
  /** Will sign after the next rotation; told ahead of that, so that workers know it by then. */
  Next: 'next',
  /** Signs no more; told until what it has signed is long past. */
  Retiring: 'retiring',
} as const;
export type KeyStatus = (typeof KeyStatus)[keyof typeof KeyStatus];

const closed = { additionalProperties: false } as const;
const Base64Url32 = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const publicMembers = {
  kty: Type.Literal('OKP'),
  crv: Type.Literal('Ed25519'),
  x: Base64Url32,
  /** RFC 7638 thumbprint of the public key. */
  kid: Type.String({ pattern: '^[A-Za-z0-9_-]{1,128}$' }),
  use: Type.Literal('sig'),
  alg: Type.Literal(WARRANT_ALG),
};
const PublicKey = Type.Object(publicMembers);
const SigningKey = Type.Object(
  {
    ...publicMembers,
    /** The private half. A retiring key has none: whoever reads the file later must not sign with it. */
    d: Type.Optional(Base64Url32),
    status: Type.Unsafe<KeyStatus>({ type: 'string', enum: Object.values(KeyStatus) }),
    /** Since when it has this status. */
    since: Type.String({ format: 'date-time' }),
  },
  closed,
);
export type SigningKey = Static<typeof SigningKey>;
/** A public key as it is told (RFC 7517). */
export type PublicJwk = Static<typeof PublicKey>;

/** The private keys that warrants are signed with: a JWK set whose keys say what they are for. A secret. */
export const KeyRing = Type.Object({ keys: Type.Array(SigningKey, { minItems: 1, maxItems: 256 }) }, closed);
export type KeyRing = Static<typeof KeyRing>;

/** How long a key is told after it has signed last, in milliseconds: 30 days. */
export const RETIRED_FOR_MS = 30 * 24 * 3_600_000;
/** Most keys of a set that are looked at. */
const MAX_PUBLIC_KEYS = 256;

/** Reads the text of a ring. Throws `CodedError('invalid_key_ring')`, which names a member and never a value. */
export function parseKeyRing(text: string): KeyRing {
  const parsed = parseText(Buffer.from(text));
  const ring = parsed.ok ? validate(KeyRing, parsed.value) : parsed;
  if (!ring.ok)
    throw new CodedError('invalid_key_ring', `the warrant keys can't be read: ${ring.problem.message}`, {
      pointer: ring.problem.pointer,
    });
  const { keys } = ring.value;
  if (keys.filter(isActive).length !== 1)
    throw new CodedError('invalid_key_ring', 'of the warrant keys exactly one must be active');
  if (keys.some(({ status, d }) => status !== KeyStatus.Retiring && d === undefined))
    throw new CodedError('invalid_key_ring', 'of the warrant keys one that is to sign has no private half');
  if (new Set(keys.map((key) => key.kid)).size < keys.length)
    throw new CodedError('invalid_key_ring', 'two warrant keys have the same kid');
  return ring.value;
}

/** The text that {@link parseKeyRing} reads. */
export const keyRingText = (ring: KeyRing): string => `${JSON.stringify(ring, null, 2)}\n`;

/** A ring with a new active key and the one that is to follow it. */
export async function newKeyRing(now: Date): Promise<KeyRing> {
  return { keys: [await newKey(KeyStatus.Active, now), await newKey(KeyStatus.Next, now)] };
}

/**
 * The ring after a rotation: the next key signs, the one before is told for another 30 days, and a new next key is
 * made. With `revoke` the one before is not told any more: workers refuse what it has signed once they ask again. Nor does
 * the next one sign then, for it lay in the same file and is as exposed: a new key does, which workers ask for when they
 * meet it.
 */
export async function rotateKeyRing(
  ring: KeyRing,
  now: Date,
  options: { readonly revoke?: boolean } = {},
): Promise<KeyRing> {
  const at = now.toISOString();
  const prepared = options.revoke ? undefined : ring.keys.find((key) => key.status === KeyStatus.Next);
  const next = prepared ?? (await newKey(KeyStatus.Next, now));
  const retired = ring.keys
    .filter(isActive)
    .map((key) => withoutPrivateHalf({ ...key, status: KeyStatus.Retiring, since: at }));
  const told = ring.keys
    .filter(
      ({ status, since }) =>
        status === KeyStatus.Retiring && now.getTime() - Date.parse(since) < RETIRED_FOR_MS,
    )
    .map(withoutPrivateHalf);
  return {
    keys: [
      { ...next, status: KeyStatus.Active, since: at },
      await newKey(KeyStatus.Next, now),
      ...(options.revoke ? [] : retired),
      ...told,
    ],
  };
}

/** The key that signs. */
export function activeKeyOf(ring: KeyRing): SigningKey {
  const active = ring.keys.find(isActive);
  if (!active) throw new CodedError('invalid_key_ring', 'no warrant key is active');
  return active;
}

/** What anybody may know of a ring: a JWK set with all its keys. */
export function publicKeysOf(ring: KeyRing): { readonly keys: readonly PublicJwk[] } {
  return { keys: ring.keys.map(({ kty, crv, x, kid, use, alg }) => ({ kty, crv, x, kid, use, alg })) };
}

/**
 * The keys of a JWK set that can verify warrants, by kid. Others are skipped, as RFC 7517 wants it. Undefined when it
 * is no JWK set, or holds none.
 */
export async function importPublicKeys(set: unknown): Promise<ReadonlyMap<string, KeyObject> | undefined> {
  const listed: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined;
  if (!Array.isArray(listed)) return undefined;
  const keys = new Map<string, KeyObject>();
  for (const key of listed.slice(0, MAX_PUBLIC_KEYS)) {
    const checked = validate(PublicKey, key);
    // Not every 32 bytes are a point of the curve; such a key verifies nothing.
    const imported = checked.ok
      ? await importKey(publicPartOf(checked.value)).catch(() => undefined)
      : undefined;
    if (checked.ok && imported) keys.set(checked.value.kid, imported);
  }
  return keys.size > 0 ? keys : undefined;
}

/** The key that a signer signs with. */
export function importSigningKey({ kty, crv, x, d }: SigningKey): Promise<KeyObject> {
  if (d === undefined) throw new CodedError('invalid_key_ring', 'a warrant key has no private half');
  return importKey({ kty, crv, x, d });
}

const withoutPrivateHalf = ({ d: _, ...key }: SigningKey): SigningKey => key;

// Only these members: a set that also holds `d` or `oct` keys makes no verification key of another kind.
const publicPartOf = ({ kty, crv, x }: PublicJwk) => ({ kty, crv, x });

async function importKey(jwk: JWK): Promise<KeyObject> {
  let key: Awaited<ReturnType<typeof importJWK>> | undefined;
  try {
    // Unlike node:crypto this one refuses what is no point of the curve, and halves that do not belong together.
    key = await importJWK(jwk, WARRANT_ALG);
  } catch {
    // The runtime's message could tell of the key.
  }
  if (key === undefined || key instanceof Uint8Array)
    throw new CodedError('invalid_key_ring', 'a warrant key is no Ed25519 key');
  return KeyObject.from(key);
}

async function newKey(status: KeyStatus, now: Date): Promise<SigningKey> {
  const pair = await generateKeyPair(WARRANT_ALG, { crv: 'Ed25519', extractable: true });
  const jwk = await exportJWK(pair.privateKey);
  const key = {
    ...{ kty: jwk.kty, crv: jwk.crv, x: jwk.x, d: jwk.d },
    ...{ kid: await calculateJwkThumbprint(pair.publicKey), use: 'sig', alg: WARRANT_ALG },
    ...{ status, since: now.toISOString() },
  };
  const checked = validate(SigningKey, key);
  if (!checked.ok) throw new Error(`a generated key is not as expected: ${checked.problem.message}`);
  return checked.value;
}

const isActive = (key: SigningKey): boolean => key.status === KeyStatus.Active;
