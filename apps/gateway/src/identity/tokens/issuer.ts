import { createPublicKey } from 'node:crypto';
import { isLoopbackHost } from '@countersign/service-kit';
import type { JSONWebKeySet } from 'jose';
import type { IssuerFile } from '../../settings/http-file.js';
import { NAME, ROLES, TENANT, type Role } from '../caller.js';

/** Where a claim is in a payload: the names that lead to it. */
export type ClaimPath = readonly string[];

/** An issuer whose tokens are accepted, checked: what its signatures and its claims must be, and what they mean here. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly keys: { readonly url: URL } | { readonly set: JSONWebKeySet };
  readonly algorithms: readonly string[];
  readonly clockToleranceSec: number;
  readonly maxAgeSec: number | undefined;
  /** Wanted `typ` of the header. */
  readonly type: string | undefined;
  readonly requiredClaims: readonly string[];
  readonly requiredValues: readonly (readonly [string, string | number | boolean])[];
  readonly name: { readonly claim: ClaimPath; readonly prefix: string };
  readonly tenant:
    { readonly value: string } | { readonly claim: ClaimPath; readonly map?: ReadonlyMap<string, string> };
  readonly roles:
    | { readonly value: readonly Role[] }
    | { readonly claim: ClaimPath; readonly map?: ReadonlyMap<string, readonly Role[]> };
  readonly groups: ClaimPath | undefined;
  readonly agents: { readonly value: readonly string[] } | { readonly claim: ClaimPath };
}

/** Signatures that only the issuer can make. A shared secret would let every holder of it mint tokens. */
const ASYMMETRIC: readonly string[] = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
const DEFAULT_ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
/** NIST SP 800-131A: shorter RSA keys sign nothing any more; the library refuses them at each token. */
const MIN_RSA_BITS = 2_048;
/** Clocks of machines that are set by the network differ by less, in seconds. */
const DEFAULT_TOLERANCE_SEC = 30;

/** Checks an issuer of the settings. Throws with the member to blame. */
export function readIssuer(file: IssuerFile): IssuerSettings {
  const refuse = (member: string, why: string): never => {
    throw new RangeError(`the issuer ${JSON.stringify(file.issuer)}: ${member} ${why}`);
  };
  const algorithms = file.algorithms ?? DEFAULT_ALGORITHMS;
  const weak = algorithms.find((algorithm) => !ASYMMETRIC.includes(algorithm));
  if (weak !== undefined) refuse('algorithms', `has ${weak}, which is none of ${ASYMMETRIC.join(', ')}`);
  const rolesOf = (names: readonly string[]): Role[] =>
    names.map(
      (name) =>
        ROLES.find((role) => role === name) ??
        refuse('roles', `has ${name}, which is none of ${ROLES.join(', ')}`),
    );
  const prefix = file.name?.prefix ?? '';
  if (prefix !== '' && !NAME.test(prefix)) refuse('name/prefix', 'is outside the grammar of names');
  const { tenant, roles, agents } = file;
  for (const value of 'value' in tenant ? [tenant.value] : Object.values(tenant.map ?? {}))
    if (!TENANT.test(value)) refuse('tenant', `has ${JSON.stringify(value)}, which is outside [a-z0-9_-]+`);
  return {
    issuer: file.issuer,
    audience: typeof file.audience === 'string' ? [file.audience] : file.audience,
    keys: keysOf(file, refuse),
    algorithms,
    clockToleranceSec: file.clock_tolerance_sec ?? DEFAULT_TOLERANCE_SEC,
    maxAgeSec: file.max_age_sec,
    type: file.type,
    requiredClaims: file.required_claims ?? [],
    requiredValues: Object.entries(file.required_values ?? {}),
    name: { claim: pathOf(file.name?.claim ?? 'sub'), prefix },
    tenant: 'value' in tenant ? tenant : mapped(tenant, (value: string) => value),
    roles: 'value' in roles ? { value: rolesOf(roles.value) } : mapped(roles, rolesOf),
    groups: file.groups && pathOf(file.groups.claim),
    agents:
      agents === undefined ? { value: [] } : 'value' in agents ? agents : { claim: pathOf(agents.claim) },
  };
}

const pathOf = (claim: string | readonly string[]): ClaimPath =>
  typeof claim === 'string' ? [claim] : claim;

function mapped<From, To>(
  {
    claim,
    map,
  }: { readonly claim: string | readonly string[]; readonly map?: Readonly<Record<string, From>> },
  to: (value: From) => To,
): { claim: ClaimPath; map?: ReadonlyMap<string, To> } {
  const path = pathOf(claim);
  if (map === undefined) return { claim: path };
  return { claim: path, map: new Map(Object.entries(map).map(([key, value]) => [key, to(value)])) };
}

function keysOf(file: IssuerFile, refuse: (member: string, why: string) => never): IssuerSettings['keys'] {
  const { jwks_url: text, jwks } = file;
  if ((text === undefined) === (jwks === undefined)) return refuse('jwks_url', 'or jwks is wanted, not both');
  if (jwks !== undefined) return { set: publicKeys(jwks, refuse) };
  if (text === undefined || !URL.canParse(text)) return refuse('jwks_url', 'is no URL');
  const url = new URL(text);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // Whoever can change keys on their way signs as the issuer.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(host)))
    return refuse('jwks_url', 'must be https');
  return { url };
}

function publicKeys(
  { keys }: NonNullable<IssuerFile['jwks']>,
  refuse: (member: string, why: string) => never,
): JSONWebKeySet {
  for (const key of keys)
    if (typeof key['kty'] !== 'string' || !['RSA', 'EC', 'OKP'].includes(key['kty']) || 'd' in key)
      return refuse('jwks', 'must hold public keys alone');
    else if (!isUsable(key))
      return refuse('jwks', `has a key that is none, or RSA of fewer than ${MIN_RSA_BITS} bits`);
  return { keys: keys.map((key) => ({ ...key, kty: String(key['kty']) })) };
}

/** Whether tokens can be verified with a key at all: else its owners would find out, each time, instead of us at start. */
function isUsable(key: Readonly<Record<string, unknown>>): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: 'jwk' });
    return (asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) >= MIN_RSA_BITS;
  } catch {
    return false;
  }
}
