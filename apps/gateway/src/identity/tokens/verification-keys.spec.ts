import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jwtVerify } from 'jose';
import { TestIssuer } from '../../testing/test-issuer.js';
import { verificationKeys } from './verification-keys.js';

describe('the keys of an issuer', () => {
  let issuer: TestIssuer;
  let nowMs = 0;
  beforeEach(async () => {
    issuer = await TestIssuer.start();
    nowMs = 0;
    // jose counts the age of keys by the clock of the system.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await issuer.stop();
  });
  const keysOf = () => verificationKeys({ url: new URL(issuer.url) }, { now: () => nowMs });
  const verify = async (keys: ReturnType<typeof keysOf>, token: string) =>
    (await jwtVerify(token, keys)).payload.sub;
  const pass = (ms: number) => {
    nowMs += ms;
    vi.setSystemTime(Date.now() + ms);
  };

  it('are asked for once, however many tokens come', async () => {
    const keys = keysOf();
    const token = await issuer.sign();
    await Promise.all(Array.from({ length: 20 }, () => verify(keys, token)));
    expect(issuer.asked).toBe(1);
  });

  it('are asked for again for an unknown key id, and not more than twice a minute', async () => {
    const keys = keysOf();
    await verify(keys, await issuer.sign());
    await issuer.addKey('made-up', false);
    const token = await issuer.sign({}, { kid: 'made-up' });
    for (let i = 0; i < 10; i++) await expect(verify(keys, token)).rejects.toThrow('no applicable key');
    expect(issuer.asked).toBe(1);
    pass(31_000);
    for (let i = 0; i < 10; i++) await expect(verify(keys, token)).rejects.toThrow('no applicable key');
    expect(issuer.asked).toBe(2);
  });

  it('verify for ten minutes while the issuer is away, and nothing after it (N01)', async () => {
    const keys = keysOf();
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 3_600 });
    expect(await verify(keys, token)).toBe('ann');
    issuer.behaviour = 'fails';
    pass(9 * 60_000);
    expect(await verify(keys, token)).toBe('ann');
    pass(61_000);
    await expect(verify(keys, token)).rejects.toMatchObject({ code: 'identity_unavailable' });
  });

  it('are not asked for again right after they could not be had', async () => {
    issuer.behaviour = 'fails';
    const keys = keysOf();
    const token = await issuer.sign();
    for (let i = 0; i < 10; i++)
      await expect(verify(keys, token)).rejects.toMatchObject({ code: 'identity_unavailable' });
    expect(issuer.asked).toBe(1);
    issuer.behaviour = 'gives';
    pass(5_001);
    expect(await verify(keys, token)).toBe('ann');
  });
});
