import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const small = 32 * 1024;
const growth = 4;
/** Four times the text may cost six times the work at most. */
const mostGrowth = 6;
/** Characters looked at for each character of the text, at most. */
const mostPerCharacter = 60;

function workOn(shape: string, length: number): number {
  const work = { steps: 0 };
  scanText(shape.repeat(Math.ceil(length / shape.length)).slice(0, length), { work });
  return work.steps;
}

/** Texts that make careless scanners slow: rows of what some rule begins with. */
const shapes = [
  'a',
  'a@a.a',
  'a@',
  '@',
  'a.a.a.',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----\nQUJD',
  'PuTTY-User-Key-File-2: ',
  'PuTTY-User-Key-File-2: Private-Lines: 1',
  '1-1-1-',
  '1',
  '4111 ',
  '4111-',
  '4111 1111 1111 1111 ',
  '1.1.1.1.',
  'ab:cd:',
  '1:2:3:',
  ':',
  '=',
  'pwd=',
  'pwd="',
  'pwd=\'pwd="',
  'password=a1b2',
  'password ',
  `password${' '.repeat(1000)}`,
  'password is ',
  'token=token:',
  'key.',
  'eyJ',
  'eyJ.',
  'eyJhbGciOiJub25lIn0.',
  '://a:',
  'a://a:a@',
  'https://aaaa@',
  '+1 ',
  '+12025550123 ',
  'tel 0 1 2 3 4 5 6 7 8 9 ',
  'ghp_',
  'ghp_\n',
  'cs_',
  'xoxb-ghp_',
  'glpat-',
  'TOKEN=token=',
  'sk-ant-',
  'bearer ',
  'curl -u a:',
  'mysql -p',
  'ssn ssn:',
  'ssn 1',
  'iban GB82 ',
  'bc1q',
  ' at a dot ',
  'a(at)',
  'a@a[.]',
  '[.]',
  'echo a | chpasswd ',
  'chpasswd <<<',
  'htpasswd -b ',
  'password</a><b>',
  'variable "password" {\n',
  '"password"\n\n',
  'пароль: ',
  'API key is ',
  'tel 123456789 ',
  '[REDACTED:secret.jwt]',
  '[REDACTED:',
  '\\u0061',
  '\\',
  '%61',
  '&#97;',
  '=61=62',
  '"a" + "b" + ',
  'é\u200b',
  '\u202e',
  '\x1b[',
  '<script>',
  '<img src="',
  '](https://a/?',
  '![](',
  'gitleaks:allow ',
  'YWFhYWFhYWFhYWFhYWFhYWFh',
  'YWFhYWFhYWFhYWFhYWFhYWFh/',
  'H4sIAAAAAAAAA ',
  '{"kty":"d":"',
] as const;

describe('the work of a scan grows in proportion to hostile input (S01, attacks 28 to 30)', () => {
  it.each(shapes)('made of %j', (shape) => {
    const once = workOn(shape, small);
    const more = workOn(shape, small * growth);
    expect(more).toBeLessThan(once * mostGrowth);
    expect(more).toBeLessThan(small * growth * mostPerCharacter);
  });
});
