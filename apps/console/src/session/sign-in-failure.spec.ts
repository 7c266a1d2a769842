import { describe, expect, it } from 'vitest';
import { failureIn } from './sign-in-failure.js';

describe('why nobody was signed in', () => {
  it('is not said where nobody has tried', () => expect(failureIn('?to=/queue')).toBeUndefined());

  it('is said in words of our own, whatever the address says', () => {
    expect(failureIn('?sign_in=unknown')).toMatch(/no role here/);
    for (const word of ['<b>', 'constructor', '__proto__', ''])
      expect(failureIn(`?sign_in=${word}`)).toMatch(/was refused/);
  });
});
