import { describe, expect, it } from 'vitest';
import {
  isTokenGlob,
  isTopic,
  MAX_PATTERN_TOKENS,
  MAX_TOPIC_LENGTH,
  tokenMatches,
  topicPatternFault,
} from './topic-pattern.js';

const ofLength = (length: number) => `job.${'a'.repeat(length - 4)}`;
const ofTokens = (count: number) => ['job', ...Array.from({ length: count - 1 }, () => 'a')].join('.');

describe('what is told of a pattern that is none', () => {
  it.each([
    [ofLength(MAX_TOPIC_LENGTH + 1), 'is longer than 255 characters'],
    [ofTokens(MAX_PATTERN_TOKENS + 1), 'has more than 32 tokens'],
    ['job..read', 'has an empty token'],
    ['', 'has an empty token'],
    ['job.>.read', 'has `>` before its end'],
    ['job.Read', 'has a token that is neither a-z, 0-9, _ and -, nor a lone `*` or `>`'],
    ['mcp.read', 'can match no topic: topics begin with `job.`'],
    ['job', 'can match no topic: topics have at least two tokens'],
    ['*', 'can match no topic: topics have at least two tokens'],
  ])('%.30j %s', (pattern, fault) => {
    expect(topicPatternFault(pattern)).toBe(fault);
  });

  it('is nothing at the very limits', () => {
    expect(topicPatternFault(ofLength(MAX_TOPIC_LENGTH))).toBeUndefined();
    expect(topicPatternFault(ofTokens(MAX_PATTERN_TOKENS))).toBeUndefined();
  });
});

describe('the limits of names', () => {
  it('let a topic be as long as a pattern may be', () => {
    expect(isTopic(ofLength(MAX_TOPIC_LENGTH))).toBe(true);
    expect(isTopic(ofLength(MAX_TOPIC_LENGTH + 1))).toBe(false);
  });

  it('leave nothing before a topic', () => {
    for (const text of ['xjob.read', '.job.read', ' job.read', 'a.job.read'])
      expect(isTopic(text)).toBe(false);
  });

  it('hold for a glob of a token as well', () => {
    expect(isTokenGlob('a'.repeat(MAX_TOPIC_LENGTH))).toBe(true);
    expect(isTokenGlob('a'.repeat(MAX_TOPIC_LENGTH + 1))).toBe(false);
  });
});

describe('a glob of a token', () => {
  it.each([
    ['drop', 'drop', true],
    ['drop', 'dropx', false],
    ['drop*', 'drop', true],
    ['drop*', 'xdrop', false],
    ['*drop', 'airdrop', true],
    ['*drop', 'dropx', false],
    ['*drop*', 'airdrops', true],
    ['*drop*', 'dro', false],
  ])('%s on %s: %s', (glob, token, matches) => {
    expect(tokenMatches(glob, token)).toBe(matches);
  });
});
