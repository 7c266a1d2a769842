import { describe, expect, it } from 'vitest';
import { endCookies, MAX_PARTS, PART, readCookie, setCookies, type CookieRule } from './cookies.js';

const rule: CookieRule = { name: 'session', sameSite: 'Strict', isSecure: true };
/** What a browser sends after it was answered with these fields. */
const sentAfter = (...answers: readonly (readonly string[])[]) => {
  const jar = new Map<string, string>();
  for (const field of answers.flat()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(field) ?? [];
    if (field.includes('Max-Age=0;')) jar.delete(name);
    else jar.set(name, value);
  }
  return { cookie: [[...jar].map(([name, value]) => `${name}=${value}`).join('; ')] };
};

describe('a cookie', () => {
  it.each([1, PART - 1, PART, PART + 1, MAX_PARTS * PART])(
    'of %i characters is read as it was set',
    (size) => {
      const value = 'a'.repeat(size - 1) + 'z';
      const fields = setCookies(rule, value, 60);
      expect(readCookie(sentAfter(fields), rule)).toBe(value);
      for (const field of fields) expect(field.length).toBeLessThan(4096);
    },
  );

  it('has nothing left of a longer one that was there before', () => {
    const [long, short] = [setCookies(rule, 'a'.repeat(2 * PART), 60), setCookies(rule, 'b', 60)];
    expect(readCookie(sentAfter(long, short), rule)).toBe('b');
    expect(readCookie(sentAfter(long, endCookies(rule)), rule)).toBeUndefined();
  });

  it('is refused when browsers would not keep it', () => {
    expect(() => setCookies(rule, 'a'.repeat(MAX_PARTS * PART + 1), 60)).toThrow('too long');
  });

  it('can’t be set by another host, or by a page without TLS, and is for no script', () => {
    for (const field of setCookies(rule, 'a', 60))
      expect(field).toMatch(/^__Host-\S+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('has another name on loopback, and neither is taken for the other', () => {
    const local = { ...rule, isSecure: false };
    expect(readCookie(sentAfter(setCookies(local, 'a', 60)), rule)).toBeUndefined();
    expect(setCookies(local, 'a', 60)[0]).not.toContain('Secure');
  });

  it('is none when it is there twice: nobody can say which one is ours', () => {
    expect(
      readCookie({ cookie: ['__Host-countersign-session=a', '__Host-countersign-session=b'] }, rule),
    ).toBeUndefined();
  });
});
