import { describe, expect, it } from 'vitest';
import { commandUser } from './command-user.js';

describe('who gives a command at this machine', () => {
  it.each([
    ['ann', 'cli:ann'],
    ['CORP\\ann', 'cli:CORP-ann'],
    ['änn\n', 'cli:-nn-'],
    ['', 'cli'],
    ['x'.repeat(500), `cli:${'x'.repeat(120)}`],
  ])('%j is told as %j', (user, told) => expect(commandUser(() => user)).toBe(told));

  it('is told by a number when the system knows no name', () => {
    const nameless = () => {
      throw new Error('ENOENT: uv_os_get_passwd');
    };
    expect(commandUser(nameless)).toMatch(/^cli(:\d+)?$/);
  });
});
