import { describe, expect, it } from 'vitest';
import { topicFits } from '../reference/match-topic.js';
import { topicMatches, topicPatternFault, isTopic } from '../topic/topic-pattern.js';
import { TopicTrie } from '../topic/topic-trie.js';
import { chance, oneOf, seededDraw, type Draw } from './draw.js';
import { GUARD_MS, PAIRS } from './guard.js';

const TOKENS = ['read', 'write', 'a', 'b'] as const;

function randomTopic(draw: Draw): string {
  return ['job', ...Array.from({ length: 1 + draw(4) }, () => oneOf(draw, TOKENS))].join('.');
}

function randomPattern(draw: Draw): string {
  const tokens = Array.from({ length: 1 + draw(4) }, () => (chance(draw, 40) ? '*' : oneOf(draw, TOKENS)));
  const pattern = [chance(draw, 85) ? 'job' : '*', ...tokens, ...(chance(draw, 30) ? ['>'] : [])];
  return chance(draw, 5) ? '>' : pattern.join('.');
}

describe('the matcher of topics', () => {
  it(
    'agrees with the reference matcher on 100,000 random pairs, alone and in the index (P09, P10)',
    { timeout: GUARD_MS },
    () => {
      const draw = seededDraw(9);
      const disagreements: string[] = [];
      let matched = 0;
      for (let pair = 0; pair < PAIRS; pair++) {
        const pattern = randomPattern(draw);
        const topic = randomTopic(draw);
        const expected = topicFits(pattern, topic);
        const trie = new TopicTrie<string>();
        trie.at(pattern, () => pattern);
        const found = trie.matching(topic.split('.'));
        if (topicMatches(pattern, topic) !== expected || found.length !== Number(expected)) {
          disagreements.push(`${pattern} on ${topic}`);
        }
        matched += Number(expected);
      }
      expect(disagreements).toEqual([]);
      expect(matched).toBeGreaterThan(PAIRS / 10);
    },
  );

  it('draws patterns and topics of the grammar only', () => {
    const draw = seededDraw(10);
    for (let pair = 0; pair < 1000; pair++) {
      expect(topicPatternFault(randomPattern(draw))).toBeUndefined();
      expect(isTopic(randomTopic(draw))).toBe(true);
    }
  });

  it.each([
    ['job.read.*', 'job.read', false],
    ['job.read.>', 'job.read', false],
    ['job.*.write', 'job.a.write', true],
    ['job.*.write', 'job.a.b.write', false],
    ['job.read.*', 'job.read.a', true],
    ['>', 'job.read', true],
  ])('takes %s on %s as the reference does: %s (P09, P10)', (pattern, topic, expected) => {
    expect(topicMatches(pattern, topic)).toBe(expected);
    expect(topicFits(pattern, topic)).toBe(expected);
  });
});
