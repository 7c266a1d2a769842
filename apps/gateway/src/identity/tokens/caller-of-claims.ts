import { VerifiedBy } from '@countersign/contracts';
import type { JWTPayload } from 'jose';
import { ApiError } from '../../http/problem.js';
import { NAME, RESERVED_NAME, ROLES, TENANT, type Caller, type Role } from '../caller.js';
import type { ClaimPath, IssuerSettings } from './issuer.js';

/** Most groups that are passed on: as many as approval-service takes. */
const MAX_GROUPS = 256;

/** The caller that verified claims stand for. Throws `invalid_credentials` where they name no name or no tenant. */
export function callerOfClaims(claims: JWTPayload, settings: IssuerSettings): Caller {
  for (const [name, value] of settings.requiredValues)
    if (claims[name] !== value) throw refused(`the claim ${name} is not as required`);
  const name = nameOf(claims, settings);
  return {
    name,
    tenant: tenantOf(claims, settings),
    roles: rolesOf(claims, settings),
    groups:
      settings.groups === undefined ? [] : namesIn(claimAt(claims, settings.groups)).slice(0, MAX_GROUPS),
    agents:
      'value' in settings.agents ? settings.agents.value : namesIn(claimAt(claims, settings.agents.claim)),
    by: VerifiedBy.Token,
    ...(isOfProgram(claims) ? { isProgram: true as const } : {}),
    // By the subject, which stays: a name can be a claim that its owner changes at will, for a fresh quota each time.
    credential: `token ${settings.issuer} ${claims.sub ?? name}`,
  };
}

/**
 * Whether a token is a client's own, by the client credentials grant: its subject is the client itself (RFC 9068, 2.2), or
 * the issuer names the grant.
 */
function isOfProgram(claims: JWTPayload): boolean {
  const { sub, client_id: client, azp, gty } = claims;
  return (sub !== undefined && (sub === client || sub === azp)) || gty === 'client-credentials';
}

function nameOf(claims: JWTPayload, { name: { claim, prefix } }: IssuerSettings): string {
  const value = claimAt(claims, claim);
  if (typeof value !== 'string') throw refused('it names nobody');
  const name = prefix + spelled(value);
  if (!NAME.test(name)) throw refused('its name is outside the grammar of names');
  if (RESERVED_NAME.test(name)) throw refused('its name stands for who has no credentials');
  return name;
}

/**
 * A subject in the characters of names: every other one, and the colon itself, as a colon and the hexadecimal digits of
 * its bytes. So two subjects never become one name.
 */
export function spelled(subject: string): string {
  return subject.replaceAll(/[^A-Za-z0-9._/@-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `:${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function tenantOf(claims: JWTPayload, { tenant }: IssuerSettings): string {
  if ('value' in tenant) return tenant.value;
  const claim = claimAt(claims, tenant.claim);
  // A list of tenants says of none that the token is for it.
  const value =
    typeof claim === 'string' ? (tenant.map === undefined ? claim : tenant.map.get(claim)) : undefined;
  if (value === undefined || !TENANT.test(value)) throw refused('it names no tenant');
  return value;
}

function rolesOf(claims: JWTPayload, { roles }: IssuerSettings): readonly Role[] {
  if ('value' in roles) return roles.value;
  const values = textsIn(claimAt(claims, roles.claim));
  if (roles.map === undefined) return ROLES.filter((role) => values.includes(role));
  const granted = new Set(values.flatMap((value) => roles.map?.get(value) ?? []));
  return ROLES.filter((role) => granted.has(role));
}

/** Names in a claim. What is outside their grammar names nothing that a policy could name. */
const namesIn = (claim: unknown): string[] =>
  textsIn(claim).filter((text) => text === '*' || NAME.test(text));

/** The texts of a claim: of a list, or of one text with blanks between them, as scopes are written. */
function textsIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((text) => text !== '');
  return Array.isArray(claim) ? claim.filter((item): item is string => typeof item === 'string') : [];
}

function claimAt(claims: JWTPayload, path: ClaimPath): unknown {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

const refused = (why: string) => new ApiError('invalid_credentials', `The token is not accepted: ${why}.`);
