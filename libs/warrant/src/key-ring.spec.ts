import { describe, expect, it } from 'vitest';
import {
  activeKeyOf,
  importPublicKeys,
  keyRingText,
  KeyStatus,
  newKeyRing,
  parseKeyRing,
  publicKeysOf,
  RETIRED_FOR_MS,
  rotateKeyRing,
} from './key-ring.js';
import { afterClaim, aWarrant, anExpectedRun } from './testing/a-warrant.js';
import { verifyWarrant } from './verify-warrant.js';
import { WarrantSigner } from './warrant-signer.js';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const later = (ms: number) => new Date(NOW.getTime() + ms);
const statuses = (ring: Awaited<ReturnType<typeof newKeyRing>>) => ring.keys.map((key) => key.status);

describe('a key ring', () => {
  it('begins with a key that signs and the one that is to follow, and survives its file', async () => {
    const ring = await newKeyRing(NOW);
    expect(statuses(ring)).toEqual([KeyStatus.Active, KeyStatus.Next]);
    expect(parseKeyRing(keyRingText(ring))).toEqual(ring);
  });

  it('tells its public halves alone', async () => {
    const ring = await newKeyRing(NOW);
    const told = JSON.stringify(publicKeysOf(ring));
    for (const { kid, d } of ring.keys) {
      expect(told).toContain(kid);
      expect(told).not.toContain(d);
    }
    expect(Object.keys(publicKeysOf(ring).keys[0]!)).toEqual(['kty', 'crv', 'x', 'kid', 'use', 'alg']);
  });

  it('rotates to a key that was told before, and goes on telling the one before', async () => {
    const before = await newKeyRing(NOW);
    const after = await rotateKeyRing(before, later(1_000));
    expect(statuses(after)).toEqual([KeyStatus.Active, KeyStatus.Next, KeyStatus.Retiring]);
    expect(activeKeyOf(after).kid).toBe(before.keys[1]!.kid);
    expect(after.keys[2]!.kid).toBe(before.keys[0]!.kid);
  });

  it('forgets a key 30 days after it signed last', async () => {
    const first = await newKeyRing(NOW);
    const second = await rotateKeyRing(first, later(0));
    const third = await rotateKeyRing(second, later(RETIRED_FOR_MS - 1));
    expect(third.keys.map((key) => key.kid)).toContain(first.keys[0]!.kid);
    const fourth = await rotateKeyRing(third, later(RETIRED_FOR_MS));
    expect(fourth.keys.map((key) => key.kid)).not.toContain(first.keys[0]!.kid);
  });

  it('tells no more of a key that is revoked', async () => {
    const before = await newKeyRing(NOW);
    const after = await rotateKeyRing(before, NOW, { revoke: true });
    expect(after.keys.map((key) => key.kid)).not.toContain(before.keys[0]!.kid);
  });

  it('destroys the private half of a key that signs no more', async () => {
    const before = await newKeyRing(NOW);
    const after = parseKeyRing(keyRingText(await rotateKeyRing(before, NOW)));
    expect(after.keys.map(({ status, d }) => [status, d !== undefined])).toEqual([
      ['active', true],
      ['next', true],
      ['retiring', false],
    ]);
    expect(keyRingText(after)).not.toContain(before.keys[0]!.d);
  });

  it('never signs with a key that lay beside a revoked one: who has read the file has both', async () => {
    const before = await newKeyRing(NOW);
    const after = await rotateKeyRing(before, NOW, { revoke: true });
    expect(after.keys.map(({ status }) => status)).toEqual(['active', 'next']);
    for (const { d } of before.keys) expect(after.keys.map((key) => key.d)).not.toContain(d);
  });

  it('lets warrants of before and after a rotation hold side by side', async () => {
    const ring = await newKeyRing(NOW);
    const old = (await WarrantSigner.open(ring)).sign(aWarrant());
    const rotated = await WarrantSigner.open(await rotateKeyRing(ring, NOW));
    const fresh = rotated.sign(aWarrant());
    const keys = (await importPublicKeys(rotated.publicKeys))!;
    for (const token of [old, fresh])
      expect(verifyWarrant(token, anExpectedRun(), afterClaim(0), (kid) => keys.get(kid))).toMatchObject({
        ok: true,
      });
  });

  it('is refused when it is torn, has no one active key, none to sign with, or two keys of one name', async () => {
    const ring = await newKeyRing(NOW);
    const [active, next] = ring.keys;
    for (const text of [
      '',
      '{',
      '{"keys":[]}',
      keyRingText(ring).slice(0, -20),
      keyRingText({ keys: [next!] }),
      keyRingText({ keys: [active!, { ...next!, d: undefined }] }),
      keyRingText({ keys: [active!, { ...next!, status: KeyStatus.Active }] }),
      keyRingText({ keys: [active!, { ...next!, kid: active!.kid }] }),
    ])
      expect(() => parseKeyRing(text)).toThrow(/warrant keys/);
  });

  it('says nothing of its secrets when it is refused', async () => {
    const ring = await newKeyRing(NOW);
    const text = keyRingText({ keys: [{ ...ring.keys[0]!, kid: 'no kid at all' }] });
    expect(() => parseKeyRing(text)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(ring.keys[0]!.d!) as string }) as Error,
    );
  });

  it('does not sign with a key whose public half is another', async () => {
    const ring = await newKeyRing(NOW);
    const [active, next] = ring.keys;
    await expect(WarrantSigner.open({ keys: [{ ...active!, x: next!.x }] })).rejects.toMatchObject({
      code: 'invalid_key_ring',
    });
  });
});

describe('a set of public keys', () => {
  it('is read without the keys of other kinds', async () => {
    const { keys } = publicKeysOf(await newKeyRing(NOW));
    const oct = { kty: 'oct', k: 'c2VjcmV0', kid: 'oct', alg: 'HS256', use: 'sig' };
    const noPoint = { ...keys[0]!, kid: 'no-point', x: '_'.repeat(43) };
    const read = await importPublicKeys({
      ok: true,
      keys: [oct, ...keys, { ...keys[0], use: 'enc' }, noPoint],
    });
    expect([...read!.keys()].filter((kid) => kid !== 'no-point')).toEqual(keys.map((key) => key.kid));
  });

  it.each([undefined, null, 'keys', [], {}, { keys: 5 }, { keys: [] }, { ok: false, code: 'unavailable' }])(
    'that is %j is none',
    async (set) => expect(await importPublicKeys(set)).toBeUndefined(),
  );
});
