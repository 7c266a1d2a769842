import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json-value.js';
import { sampleSecrets } from '../testing/sample-secrets.js';
import { redactText } from './redact-text.js';
import { scanText } from './scan-text.js';
import { scanValue } from './scan-value.js';

const options = { fingerprintKey: Buffer.from('key of a test') };
const samples = fc.constantFrom(...Object.values(sampleSecrets()));
const surroundings = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.constantFrom(
    '😀',
    '\u{1f469}\u200d\u{1f4bb} ',
    '{"a":',
    '"',
    "'",
    '\n',
    'see: ',
    '[REDACTED:secret.jwt]',
    'x=',
  ),
);
const fragments = fc.constantFrom(
  'password=',
  'token: ',
  '"',
  "'",
  ' ',
  '-',
  '.',
  ':',
  '@',
  '://',
  'eyJ',
  'ghp_',
  'a1',
  'Zz9',
  '\n',
  '+',
  '4111',
  '1111',
  '[REDACTED:pii.EMAIL_ADDRESS]',
  '[REDACTED:',
  ']',
  'bearer ',
  '%41',
  '\\u0061',
  '\u200b',
  'key',
  'x.com',
  '07400 109212',
  '\\',
  ...Object.values(sampleSecrets()).flatMap(({ text, secret }) => [
    text,
    secret.slice(0, 20),
    secret.slice(9),
  ]),
);

describe('wherever a secret is planted', () => {
  it('in a text, the output no longer holds it and the finding covers exactly its place', () => {
    fc.assert(
      fc.property(surroundings, samples, surroundings, (before, sample, after) => {
        const text = `${before} ${sample.text} ${after}`;
        const at = before.length + 1 + sample.text.indexOf(sample.secret);
        const covering = scanText(text).find(
          (f) => f.offset <= at && f.offset + f.length >= at + sample.secret.length,
        );
        expect(covering).toBeDefined();
        expect(redactText(text, options).text).not.toContain(sample.secret);
      }),
      { numRuns: 400 },
    );
  });

  it('in a JSON value, no part of the output holds it', () => {
    const planted = fc.tuple(
      samples,
      fc.array(fc.oneof(fc.nat(3), fc.string({ maxLength: 6 })), { maxLength: 8 }),
      surroundings,
    );
    fc.assert(
      fc.property(planted, fc.jsonValue({ maxDepth: 2 }), ([sample, path, before], other) => {
        const leaf: JsonValue = `${before} ${sample.text}`;
        const value = path.reduce<JsonValue>(
          (inner, step) =>
            typeof step === 'number'
              ? [...new Array<null>(step).fill(null), inner]
              : { other: other as JsonValue, [step]: inner },
          leaf,
        );
        const scanned = scanValue(value, options);
        expect(scanned.findings.some((finding) => finding.offset + finding.length > before.length)).toBe(
          true,
        );
        expect(everyString(scanned.redacted).join('\n')).not.toContain(sample.secret);
        expect(JSON.stringify(scanned.findings)).not.toContain(sample.secret);
      }),
      { numRuns: 300 },
    );
  });
});

describe('redacting what is redacted', () => {
  it('finds nothing new in a text', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 14 }), (parts) => {
        const once = redactText(parts.join(''), options);
        expect(scanText(once.text)).toEqual([]);
        expect(redactText(once.text, options)).toEqual({ text: once.text, findings: [] });
      }),
      { numRuns: 2000 },
    );
  });

  it('finds nothing new in a JSON value', () => {
    const text = fc.array(fragments, { maxLength: 5 }).map((parts) => parts.join(''));
    const name = fc.oneof(text, fc.constantFrom('password', 'name', 'value', 'token', '__proto__'));
    const value = fc.letrec<{ node: JsonValue }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.array(fc.tuple(name, tie('node')), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
      ),
    })).node;
    fc.assert(
      fc.property(value, (input) => {
        const once = scanValue(input, options);
        expect(scanValue(once.redacted, options)).toEqual({
          findings: [],
          redacted: once.redacted,
          quarantine: false,
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('offsets', () => {
  it('replacing every finding by hand gives the redacted text', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let byHand = '';
        let from = 0;
        for (const { rule, offset, length } of scanText(text)) {
          expect(offset).toBeGreaterThanOrEqual(from);
          expect(length).toBeGreaterThan(0);
          byHand += `${text.slice(from, offset)}[REDACTED:${rule}]`;
          from = offset + length;
        }
        expect(byHand + text.slice(from)).toBe(redactText(text, options).text);
      }),
      { numRuns: 500 },
    );
  });
});

function everyString(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...everyString(member)]);
}
