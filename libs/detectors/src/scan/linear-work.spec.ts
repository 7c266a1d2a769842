import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const small = 64 * 1024;
const growth = 4;

function workOn(shape: string, length: number): number {
  const work = { steps: 0 };
  scanText(shape.repeat(Math.ceil(length / shape.length)).slice(0, length), { work });
  return work.steps;
}

describe('the work of a scan grows in proportion to hostile input (S01)', () => {
  it.each([
    'a',
    'a@a.a',
    'a@',
    '@',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nQUJD',
    '1-1-1-',
    '1',
    '4111 ',
    '4111 1111 1111 1111 ',
    ':',
    '=',
    'pwd=',
    'pwd="',
    'pwd=\'pwd="',
    'password=a1b2',
    'password ',
    'token=token:',
    'key.',
    'eyJ',
    'eyJ.',
    'eyJhbGciOiJub25lIn0.',
    '://a:',
    'a://a:a@',
    '+1 ',
    '+12025550123 ',
    'tel 0 1 2 3 4 5 6 7 8 9 ',
    'ghp_',
    'xoxb-ghp_',
    'TOKEN=token=',
    'sk-ant-',
    'bearer ',
    '[REDACTED:jwt]',
    '[REDACTED:',
    '\\u0061',
    '%61',
    'YWFhYWFhYWFhYWFhYWFhYWFh',
  ])('made of %j', (shape) => {
    const once = workOn(shape, small);
    const more = workOn(shape, small * growth);
    expect(more).toBeLessThan(once * growth * 1.25);
    expect(more).toBeLessThan(small * growth * 40);
  });
});
