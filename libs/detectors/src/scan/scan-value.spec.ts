import { describe, expect, it } from 'vitest';
import { maxPointerLength } from '../finding.js';
import type { JsonValue } from '../json-value.js';
import { drawn } from '../testing/sample-secrets.js';
import { scanValue } from './scan-value.js';

const options = { fingerprintKey: Buffer.from('key of a test') };
const token = 'ghp' + '_' + drawn(36);
const card = 4_111_111_111_111_111;

describe('scanValue', () => {
  it('redacts a span, keeps the text around it, and says where it was', () => {
    const scanned = scanValue({ 'a/b': ['x', { '~k': `see ${token}!` }] }, options, '/output');
    expect(scanned.redacted).toEqual({ 'a/b': ['x', { '~k': 'see [REDACTED:secret.github-pat]!' }] });
    expect(scanned.findings).toEqual([
      {
        rule: 'secret.github-pat',
        kind: 'secret',
        severity: 'critical',
        confidence: 'format',
        action: 'redact',
        offset: 4,
        length: token.length,
        pointer: '/output/a~1b/1/~0k',
        fingerprint: expect.stringMatching(/^hmac-sha256:[0-9a-f]{32}$/) as string,
      },
    ]);
    expect(scanned.quarantine).toBe(false);
  });

  it('points to the whole value with the base pointer alone', () => {
    expect(scanValue(token, options).findings[0]?.pointer).toBe('');
    expect(scanValue(token, options, '/result').findings[0]?.pointer).toBe('/result');
  });

  it('gives a clean value back unchanged', () => {
    const clean = { status: 'ok', items: [1, 2.5, true, null, 'text'] };
    const scanned = scanValue(clean, options);
    expect(scanned).toEqual({ findings: [], redacted: clean, quarantine: false });
    expect(scanned.redacted).toBe(clean);
  });

  it('does not change its input', () => {
    const input = { list: [token] };
    scanValue(input, options);
    expect(input).toEqual({ list: [token] });
  });

  it.each<[string, JsonValue, JsonValue]>([
    ['a password', { password: 'hunter2xyz' }, { password: '[REDACTED:secret.password-assignment]' }],
    [
      'an aws secret',
      { AWS_SECRET_ACCESS_KEY: drawn(40, 'base64') },
      { AWS_SECRET_ACCESS_KEY: '[REDACTED:secret.aws-secret-access-key]' },
    ],
    [
      'a list of passwords',
      { password: ['hunter2xyz'] },
      { password: ['[REDACTED:secret.password-assignment]'] },
    ],
    [
      'an environment entry',
      { env: [{ name: 'DB_PASSWORD', value: 'hunter2xyz' }] },
      { env: [{ name: 'DB_PASSWORD', value: '[REDACTED:secret.password-assignment]' }] },
    ],
    ['a password of digits', { password: 90_417_733 }, { password: '[REDACTED:secret.password-assignment]' }],
    ['a card number', { amount: 4111, n: [card] }, { amount: 4111, n: ['[REDACTED:pii.CREDIT_CARD]'] }],
  ])('finds %s by its context', (_name, value, redacted) => {
    expect(scanValue(value, options).redacted).toEqual(redacted);
  });

  it.each<[string, JsonValue]>([
    ['a placeholder', { password: '<your-password>', api_key: 'changeme' }],
    ['a label', { login: { password: 'Password', hint: 'Enter your password' } }],
    ['a schema', { properties: { password: { type: 'string', minLength: 12 } } }],
    ['a number that is no card', { id: 4_111_111_111_111_112, at: 1_773_418_562_000, neg: -card }],
  ])('leaves %s alone', (_name, value) => {
    expect(scanValue(value, options).findings).toEqual([]);
  });

  it('quarantines a secret in a key, hides the key and does not repeat it in a pointer', () => {
    const scanned = scanValue({ cache: { [token]: { password: 'hunter2xyz' } } }, options);
    expect(scanned.quarantine).toBe(true);
    expect(scanned.findings.map((finding) => finding.pointer)).toEqual([
      '/cache',
      '/cache/[REDACTED:secret.github-pat]/password',
    ]);
    expect(JSON.stringify(scanned)).not.toContain(token);
  });

  it('keeps a key in which something is only told', () => {
    const value = { 'see nosec here': 1 };
    const scanned = scanValue(value, options);
    expect(scanned).toMatchObject({ redacted: value, quarantine: false });
    expect(scanned.findings.map((finding) => finding.rule)).toEqual(['unsafe.suppression-marker']);
  });

  it('finds numbers of people by the name of their member', () => {
    const number = ['943', '476', '5919'].join(' ');
    const scanned = scanValue({ patient: { nhs_number: number, id: 7, npi: 1_234_567_893 } }, options);
    expect(scanned.redacted).toEqual({
      patient: { nhs_number: '[REDACTED:pii.UK_NHS]', id: 7, npi: '[REDACTED:pii.US_NPI]' },
    });
    expect(scanValue({ nhs_number: number }, { ...options, regions: ['US'] }).findings).toEqual([]);
  });

  it('keeps every member when several keys are hidden', () => {
    const keys = ['a', 'b', 'c'].map((label) => 'ghp' + '_' + drawn(36, 'base62', label));
    const value = {
      '[REDACTED:secret.github-pat]': 0,
      ...Object.fromEntries(keys.map((key, index) => [key, index + 1])),
    };
    const { redacted } = scanValue(value, options);
    expect(Object.values(redacted as object).sort()).toEqual([0, 1, 2, 3]);
  });

  it('keeps a member called __proto__ a member (P20)', () => {
    const value = JSON.parse(`{"__proto__": {"x": "${token}"}}`) as JsonValue;
    expect(JSON.stringify(scanValue(value, options).redacted)).toBe(
      '{"__proto__":{"x":"[REDACTED:secret.github-pat]"}}',
    );
  });

  it('walks nesting deeper than any stack and keeps the pointer short', () => {
    let value: JsonValue = token;
    for (let depth = 0; depth < 100_000; depth++) value = depth % 2 === 0 ? [value] : { k: value };
    const { findings } = scanValue(value, options);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.pointer.length).toBeLessThanOrEqual(maxPointerLength);
    expect(findings[0]?.pointer).toMatch(/^\/k\/0\/k\/0/);
  });

  it('reports findings in the order of the document', () => {
    const pointers = scanValue({ b: [token, token], a: { c: token } }, options).findings.map(
      (f) => f.pointer,
    );
    expect(pointers).toEqual(['/b/0', '/b/1', '/a/c']);
  });
});

describe('fingerprints', () => {
  it('are equal for equal secrets under one key and differ under another', () => {
    const [first, second] = scanValue([token, `again ${token}`], options).findings;
    const [other] = scanValue([token], { fingerprintKey: Buffer.from('another key') }).findings;
    expect(first?.fingerprint).toBe(second?.fingerprint);
    expect(other?.fingerprint).not.toBe(first?.fingerprint);
  });

  it('are refused without a key', () => {
    expect(() => scanValue(token, { fingerprintKey: new Uint8Array() })).toThrow(RangeError);
  });
});
