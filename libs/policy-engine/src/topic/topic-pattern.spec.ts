import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isTokenGlob,
  isTopic,
  tokenMatches,
  topicMatches,
  topicPatternFault,
  topicTokens,
} from './topic-pattern.js';
import { TopicTrie } from './topic-trie.js';

/** The definition, word for word, and nothing else. */
function reference(pattern: readonly string[], topic: readonly string[]): boolean {
  const [want, ...pattern2] = pattern;
  const [have, ...topic2] = topic;
  if (want === undefined) return have === undefined;
  if (have === undefined) return false;
  if (want === '>') return true;
  return (want === '*' || want === have) && reference(pattern2, topic2);
}

const token = fc.constantFrom('a', 'b', 'read', 'write');
const topic = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => ['job', ...tokens].join('.'));
const pattern = fc
  .tuple(
    fc.constantFrom('job', '*'),
    fc.array(fc.oneof(token, fc.constant('*')), { maxLength: 4 }),
    fc.boolean(),
  )
  .map(([first, tokens, rest]) => [first, ...tokens, ...(rest ? ['>'] : ['a'])].join('.'));

describe('topic patterns', () => {
  it.each([
    ['job.read.*', 'job.read', false],
    ['job.read.*', 'job.read.x', true],
    ['job.read.*', 'job.read.x.y', false],
    ['job.read.>', 'job.read', false],
    ['job.read.>', 'job.read.x.y', true],
    ['job.*.write', 'job.crm.write', true],
    ['*.crm.write', 'job.crm.write', true],
    ['>', 'job.crm.write', true],
    ['job.rea*', 'job.read', false],
  ])('%s against %s: %s (P09, P10)', (want, have, matches) => expect(topicMatches(want, have)).toBe(matches));

  it('match as the definition says, alone and through the trie (P09)', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 8 }), topic, (patterns, have) => {
        const expected = [...new Set(patterns)]
          .filter((p) => reference(p.split('.'), have.split('.')))
          .sort();
        expect([...new Set(patterns)].filter((p) => topicMatches(p, have)).sort()).toEqual(expected);
        const trie = new TopicTrie<string>();
        for (const p of patterns) trie.at(p, () => p);
        expect([...trie.matching(have.split('.'))].sort()).toEqual(expected);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    '',
    'job',
    '*',
    'job..read',
    'job.read.',
    'job.>.read',
    'job.del*',
    'job.Read.*',
    'mcp.read.*',
    'job.re\u200bad',
    'job.r\u0435ad',
    `job${'.*'.repeat(200)}`,
    `job.${'a'.repeat(65_536)}`,
  ])('are refused when they are not well-formed or can match nothing: %.40j', (text) =>
    expect(topicPatternFault(text)).toBeDefined(),
  );

  it.each(['>', 'job.>', '*.a', 'job.mcp-bridge.read.*', 'job.*.write.>'])('are taken: %s', (text) =>
    expect(topicPatternFault(text)).toBeUndefined(),
  );
});

describe('topics', () => {
  it.each([
    'job',
    'job.',
    'Job.write',
    'job.Write',
    'job.write ',
    'job.wr\u200bite',
    'job.＊',
    'job.*',
    'job.a\n',
  ])('outside the grammar are none: %j (P08)', (text) => expect(isTopic(text)).toBe(false));

  it('are cut at every dot and nowhere else', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'bc', '.', '-') }), (text) => {
        expect(topicTokens(text)).toEqual(text.split('.'));
      }),
    );
  });
});

describe('token globs', () => {
  it.each([
    ['delete*', 'delete_all', true],
    ['delete*', 'delete', true],
    ['delete*', 'undelete', false],
    ['*_all', 'delete_all', true],
    ['*drop*', 'airdrops', true],
    ['drop', 'drops', false],
  ])('%s against %s: %s', (glob, have, matches) => expect(tokenMatches(glob, have)).toBe(matches));

  it.each(['*', '**', 'a*b', '', 'Del*', 'a.b'])('are refused: %j', (glob) =>
    expect(isTokenGlob(glob)).toBe(false),
  );
});
