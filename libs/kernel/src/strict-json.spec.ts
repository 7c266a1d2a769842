import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlainJson } from './plain-json.js';
import { readStrictJson, Refusal } from './strict-json-reader.js';
import { parseStrictJson } from './strict-json.js';

const refusal = (text: string, maxDepth?: number) => {
  const result = parseStrictJson(text, maxDepth === undefined ? {} : { maxDepth });
  return result.ok ? 'accepted' : `${result.problem.code} ${result.problem.pointer}`;
};

describe('parseStrictJson (P20)', () => {
  it.each([
    ['{"amount":1,"amount":1000}', 'duplicate_key /amount'],
    ['{"a":[{"b":1,"b":2}]}', 'duplicate_key /a/0/b'],
    ['{"\\u0061":1,"a":2}', 'duplicate_key /a'],
    ['{"amount":9007199254740993}', 'unsafe_integer /amount'],
    ['{"amount":-9007199254740992}', 'unsafe_integer /amount'],
    ['1e400', 'number_out_of_range '],
    ['{"s":"\\ud800"}', 'lone_surrogate /s'],
    ['{"__proto__":{}}', 'forbidden_key /__proto__'],
    ['{"\\u005f_proto__":{}}', 'forbidden_key /__proto__'],
    ['{"a/b":{"~":[9007199254740992]}}', 'unsafe_integer /a~1b/~0/0'],
  ])('refuses %s as %s', (text, expected) => expect(refusal(text)).toBe(expected));

  it.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '01',
    '1.',
    'NaN',
    'tru',
    '"\u0001"',
    '"\\x"',
    '1 2',
    '{"a" 1}',
    '+1',
  ])('refuses the malformed text %j', (text) => expect(refusal(text)).toMatch(/^malformed_json/));

  it('refuses nesting past the limit and accepts nesting at it', () => {
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toMatch(/^too_deep/);
    expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('accepted');
    expect(refusal('['.repeat(20_000))).toMatch(/^too_deep/);
  });

  it('reads every text that JSON.stringify writes exactly as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, depthSize: 'medium' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__') && refusal(text) === 'accepted');
        expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      }),
      { numRuns: 500 },
    );
  });

  it('never accepts what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789.eE+-truefalsn\\ u'), maxLength: 24 }),
        (text) => {
          if (!parseStrictJson(text).ok) return;
          expect(() => void JSON.parse(text)).not.toThrow();
        },
      ),
      { numRuns: 5000 },
    );
  });
});

/** JSON texts as nobody's serialiser writes them: repeated names, odd numbers and escapes, space between tokens. */
const oddText = (() => {
  const space = fc.constantFrom('', '', '', ' ', '\n\t', '\r');
  const name = fc.constantFrom(
    '"a"',
    '"b"',
    '"\\u0061"',
    '"__proto__"',
    '"\\u005f_proto__"',
    '"1"',
    '"\\""',
    '"x:"',
  );
  const scalar = fc.constantFrom(
    ...[
      'null',
      'true',
      '0',
      '-0',
      '1.5',
      '1e3',
      '9007199254740991',
      '9007199254740992',
      '1e21',
      '1e400',
      '01',
    ],
    ...[
      '"a"',
      '"\\""',
      '"\\\\"',
      '"a\\\\\\":"',
      '"{\\"a\\":1}"',
      '"\\ud83d\\ude00"',
      '"\\ud800"',
      '"\\\\ud800"',
      '"\ud800"',
    ],
  );
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc
        .array(fc.tuple(space, name, space, space, tie('text'), space), { maxLength: 3 })
        .map((members) => `{${members.map(([a, n, b, c, v, d]) => a + n + b + ':' + c + v + d).join()}}`),
      fc.array(tie('text'), { maxLength: 3 }).map((elements) => `[${elements.join()}]`),
    ),
  }));
  return text;
})();

describe('the short way through JSON.parse', () => {
  it('gives what the careful reader gives, and leaves to it what that refuses', () => {
    let short = 0;
    fc.assert(
      fc.property(oddText, fc.integer({ min: 1, max: 4 }), (text, maxDepth) => {
        const plain = parsePlainJson(text, maxDepth);
        if (plain === undefined) return;
        short++;
        expect(plain).toStrictEqual(readStrictJson(text, maxDepth));
      }),
      { numRuns: 20_000 },
    );
    expect(short).toBeGreaterThan(2_000);
  });

  it('is open to every text that JSON.stringify writes and the careful reader accepts, but for surrogates', () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('\\u'));
        try {
          expect(parsePlainJson(text, 64)).toStrictEqual(readStrictJson(text, 64));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(parsePlainJson(text, 64)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });
});
