import { createHmac, type KeyObject } from 'node:crypto';
import { sha256Digest } from '@countersign/kernel';
import { CompactSign, generateKeyPair, jwtVerify, type JWTHeaderParameters } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { importPublicKeys, importSigningKey, newKeyRing, publicKeysOf, type KeyRing } from './key-ring.js';
import { afterClaim, aWarrant, anExpectedRun, CLAIMED_AT_MS } from './testing/a-warrant.js';
import { verifyWarrant, type ExpectedRun, type WarrantProblem } from './verify-warrant.js';
import { WARRANT_ALG, WARRANT_TYPE } from './warrant.js';
import { WarrantSigner } from './warrant-signer.js';

let ring: KeyRing;
let signer: WarrantSigner;
let keys: ReadonlyMap<string, KeyObject>;
const keyOf = (kid: string) => keys.get(kid);

beforeAll(async () => {
  ring = await newKeyRing(new Date(CLAIMED_AT_MS));
  signer = await WarrantSigner.open(ring);
  keys = (await importPublicKeys(signer.publicKeys))!;
});

const tokenOf = (over: Parameters<typeof aWarrant>[0] = {}) => signer.sign(aWarrant(over));
const codeOf = (token: unknown, run: ExpectedRun = anExpectedRun(), time = afterClaim(0)) => {
  const check = verifyWarrant(token, run, time, keyOf);
  return check.ok ? 'holds' : check.code;
};
const base64url = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** Signs with the scheduler's own key, under a header of one's choice. */
const signed = async (payload: unknown, header: Partial<JWTHeaderParameters> = {}) =>
  new CompactSign(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)))
    .setProtectedHeader({ alg: WARRANT_ALG, typ: WARRANT_TYPE, kid: signer.kid, ...header })
    .sign(await importSigningKey(ring.keys[0]!), { crit: { [String(header.crit)]: true } });

describe('a warrant', () => {
  it('holds for the run that it was given for, until its end', () => {
    const token = tokenOf();
    expect(verifyWarrant(token, anExpectedRun(), afterClaim(0), keyOf)).toEqual({
      ok: true,
      claims: aWarrant(),
    });
    expect(codeOf(token, anExpectedRun(), afterClaim(69_999))).toBe('holds');
  });

  it('is the same token when it is signed again', () => {
    expect(tokenOf()).toBe(tokenOf());
  });

  it.each([undefined, null, ''])('that is %j is missing (X02)', (token) => {
    expect(codeOf(token)).toBe('warrant_missing');
  });

  it('that is no token is malformed (X02)', () => {
    const whole = tokenOf();
    for (const token of [
      5,
      {},
      'warrant',
      'a.b.c',
      whole.slice(0, whole.lastIndexOf('.')),
      `${whole}.x`,
      `${base64url('[]')}.${whole.slice(whole.indexOf('.') + 1)}`,
      'x'.repeat(20_000),
    ])
      expect(codeOf(token), JSON.stringify(token).slice(0, 40)).toBe('warrant_malformed');
  });

  it('with the algorithm none is refused (X02)', () => {
    const header = base64url({ alg: 'none', typ: WARRANT_TYPE, kid: signer.kid });
    expect(codeOf(`${header}.${base64url(aWarrant())}.`)).toBe('warrant_algorithm');
  });

  it('signed by HS256 with the public key as the secret is refused (X02)', () => {
    const { x } = ring.keys[0]!;
    const input = `${base64url({ alg: 'HS256', typ: WARRANT_TYPE, kid: signer.kid })}.${base64url(aWarrant())}`;
    for (const secret of [x, Buffer.from(x, 'base64url'), JSON.stringify(publicKeysOf(ring).keys[0])])
      expect(codeOf(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)).toBe(
        'warrant_algorithm',
      );
  });

  it('signed by another algorithm is refused, also where its key is known (X02)', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new CompactSign(Buffer.from(JSON.stringify(aWarrant())))
      .setProtectedHeader({ alg: 'ES256', typ: WARRANT_TYPE, kid: signer.kid })
      .sign(privateKey);
    expect(codeOf(token)).toBe('warrant_algorithm');
  });

  it('signed by a key that nobody told of is refused, also when it brings that key along (X02)', async () => {
    const strange = await WarrantSigner.open(await newKeyRing(new Date()));
    const token = strange.sign(aWarrant());
    expect(codeOf(token)).toBe('warrant_unknown_key');
    const { privateKey } = await generateKeyPair(WARRANT_ALG, { crv: 'Ed25519' });
    const withKey = await new CompactSign(Buffer.from(JSON.stringify(aWarrant())))
      .setProtectedHeader({
        alg: WARRANT_ALG,
        typ: WARRANT_TYPE,
        jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
      })
      .sign(privateKey);
    expect(codeOf(withKey)).toBe('warrant_unknown_key');
  });

  it('signed by another key under a known kid has a bad signature (X02)', async () => {
    const { privateKey } = await generateKeyPair(WARRANT_ALG, { crv: 'Ed25519' });
    const token = await new CompactSign(Buffer.from(JSON.stringify(aWarrant())))
      .setProtectedHeader({ alg: WARRANT_ALG, typ: WARRANT_TYPE, kid: signer.kid })
      .sign(privateKey);
    expect(codeOf(token)).toBe('warrant_bad_signature');
  });

  it('changed in any member has a bad signature (X02)', () => {
    const [header, , signature] = tokenOf().split('.');
    for (const [member, value] of Object.entries({ job_hash: sha256Digest('other'), epoch: 2, aud: 'agent' }))
      expect(codeOf(`${header}.${base64url({ ...aWarrant(), [member]: value })}.${signature}`), member).toBe(
        'warrant_bad_signature',
      );
  });

  it('of another type is none, though the scheduler signed it (X02)', async () => {
    for (const typ of ['JWT', 'at+jwt', undefined])
      expect(codeOf(await signed(aWarrant(), { typ }))).toBe('warrant_wrong_type');
  });

  it('with an extension that must be understood is refused (X02)', async () => {
    expect(codeOf(await signed(aWarrant(), { crit: ['x'], x: 1 }))).toBe('warrant_malformed');
  });

  it('with another issuer is refused (X02)', async () => {
    expect(codeOf(await signed({ ...aWarrant(), iss: '/countersign/gateway' }))).toBe('warrant_wrong_issuer');
  });

  it('with a claim more or less than it must have is malformed (X02)', async () => {
    expect(codeOf(await signed({ ...aWarrant(), also: 1 }))).toBe('warrant_malformed');
    for (const member of Object.keys(aWarrant()).filter((name) => name !== 'iss' && name !== 'aud')) {
      const less = Object.fromEntries(Object.entries(aWarrant()).filter(([name]) => name !== member));
      expect(codeOf(await signed(less)), member).toBe('warrant_malformed');
    }
    expect(codeOf(await signed({ ...aWarrant(), aud: ['mcp'] }))).toBe('warrant_malformed');
    expect(codeOf(await signed('[]'))).toBe('warrant_malformed');
  });

  it('has expired once its end is reached, by the latest that the scheduler can have it', () => {
    expect(codeOf(tokenOf(), anExpectedRun(), afterClaim(70_000))).toBe('warrant_expired');
  });

  it('has one spelling: a signature with other idle bits, or with signs that a decoder skips, is malformed (X02)', () => {
    const token = tokenOf();
    const last = token.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = alphabet[alphabet.indexOf(last) + 1]!;
    const standard = token.slice(0, -4) + '+/==';
    for (const other of [token.slice(0, -1) + twin, `${token}=`, `${token} `, `${token}\n`, standard])
      expect(codeOf(other), other.slice(-6)).toBe('warrant_malformed');
  });

  it('is read no differently from how jose reads it', async () => {
    const { payload, protectedHeader } = await jwtVerify(tokenOf(), keys.get(signer.kid)!, {
      currentDate: new Date(CLAIMED_AT_MS),
    });
    expect(payload).toEqual(aWarrant());
    expect(protectedHeader).toEqual({ alg: WARRANT_ALG, typ: WARRANT_TYPE, kid: signer.kid });
  });

  it('has expired for whom does not know the time', () => {
    for (const time of [
      { earliestMs: Number.NaN, latestMs: Number.NaN },
      { earliestMs: CLAIMED_AT_MS, latestMs: CLAIMED_AT_MS - 1 },
    ])
      expect(codeOf(tokenOf(), anExpectedRun(), time)).toBe('warrant_expired');
  });

  it('is not valid yet before its time, by the earliest that the scheduler can have it', () => {
    const token = tokenOf({ nbf: CLAIMED_AT_MS / 1000 + 1 });
    expect(codeOf(token)).toBe('warrant_not_yet_valid');
    expect(codeOf(token, anExpectedRun(), afterClaim(2_000))).toBe('warrant_not_yet_valid');
  });

  it.each<[string, Parameters<typeof aWarrant>[0], WarrantProblem]>([
    ['workers of another pool (H06)', { aud: 'agent', pool: 'agent' }, 'warrant_wrong_audience'],
    ['a run in another pool (H06)', { pool: 'agent' }, 'warrant_other_pool'],
    ['another job (X08)', { job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S2' }, 'warrant_other_job'],
    ['another attempt (X05)', { attempt: 2 }, 'warrant_other_attempt'],
    ['another run (X05)', { run_id: 'run_20261120T120000Z_00000002' }, 'warrant_other_run'],
    ['another lease (X05)', { lease_id: 'lease-2' }, 'warrant_other_lease'],
    ['another epoch of the lease (X05)', { epoch: 2 }, 'warrant_other_lease'],
    ['an earlier claim (X02)', { nonce: 'nonce-two' }, 'warrant_other_claim'],
    ['other bytes (H06)', { job_hash: sha256Digest('another job') }, 'warrant_other_bytes'],
    ['other constraints (X13)', { constraints_digest: sha256Digest('{"a":1}') }, 'warrant_other_constraints'],
  ])('for %s is refused', (_what, claims, code) => {
    expect(codeOf(tokenOf(claims))).toBe(code);
  });
});
