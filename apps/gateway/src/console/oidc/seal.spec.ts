import { describe, expect, it } from 'vitest';
import { MIN_SECRET_BYTES, Seal } from './seal.js';

const inAMinute = () => Math.floor(Date.now() / 1000) + 60;
const secret = Buffer.alloc(MIN_SECRET_BYTES, 7);

describe('what is sealed', () => {
  it('is opened by whoever has the secret, also another process', async () => {
    const text = await new Seal(secret).close('session', { token: 'a' }, inAMinute());
    expect(text).not.toContain('token');
    expect(await new Seal(secret).open('session', text)).toMatchObject({ token: 'a' });
  });

  it('is nothing to another secret, for another purpose, or when its time is over', async () => {
    const seal = new Seal(secret);
    const text = await seal.close('session', { token: 'a' }, inAMinute());
    expect(await new Seal().open('session', text)).toBeUndefined();
    expect(await seal.open('attempt', text)).toBeUndefined();
    expect(await seal.open('session', await seal.close('session', {}, 1))).toBeUndefined();
  });

  it('is nothing when any part of it is another one', async () => {
    const seal = new Seal(secret);
    const parts = (await seal.close('session', { token: 'a' }, inAMinute())).split('.');
    for (const [i, part] of parts.entries()) {
      const other = parts.with(i, part.startsWith('A') ? `B${part.slice(1)}` : `A${part.slice(1)}`);
      expect(await seal.open('session', other.join('.'))).toBeUndefined();
    }
  });

  it('is not sealed with a secret that can be guessed', () => {
    expect(() => new Seal(Buffer.from('secret'))).toThrow('fewer than 32 bytes');
  });
});
