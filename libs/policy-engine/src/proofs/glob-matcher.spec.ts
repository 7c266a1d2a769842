import { describe, expect, it } from 'vitest';
import { nameFits, resourceFits } from '../reference/match-glob.js';
import {
  globMatches,
  resourceGlob,
  resourceMatches,
  resourcePatternFault,
} from '../resource/resource-glob.js';
import { oneOf, seededDraw, type Draw } from './draw.js';
import { GUARD_MS, PAIRS } from './guard.js';

const text = (draw: Draw, letters: readonly [string, ...string[]], most: number) =>
  Array.from({ length: 1 + draw(most) }, () => oneOf(draw, letters)).join('');

const segments = (draw: Draw, make: () => string) => Array.from({ length: 1 + draw(5) }, make).join('/');

describe('the matcher of names and resources', () => {
  it(
    'agrees with the reference matcher on 100,000 random names with wildcards (P10)',
    { timeout: GUARD_MS },
    () => {
      const draw = seededDraw(11);
      const disagreements: string[] = [];
      let matched = 0;
      for (let pair = 0; pair < PAIRS; pair++) {
        const glob = text(draw, ['a', 'b', '*'], 6);
        const name = text(draw, ['a', 'b'], 7);
        const expected = nameFits(glob, name);
        if (globMatches(glob.split('*'), name) !== expected) disagreements.push(`${glob} on ${name}`);
        matched += Number(expected);
      }
      expect(disagreements).toEqual([]);
      expect(matched).toBeGreaterThan(PAIRS / 10);
    },
  );

  it('agrees with the reference matcher on 100,000 random resources (P10)', { timeout: GUARD_MS }, () => {
    const draw = seededDraw(12);
    const disagreements: string[] = [];
    let matched = 0;
    for (let pair = 0; pair < PAIRS; pair++) {
      const glob = segments(draw, () => oneOf(draw, ['a', 'b', '*', '**', '**', 'a*', '*b']));
      const resource = segments(draw, () => oneOf(draw, ['a', 'b', 'ab']));
      const expected = resourceFits(glob, resource);
      if (resourceMatches(resourceGlob(glob), resource.split('/')) !== expected)
        disagreements.push(`${glob} on ${resource}`);
      if (resourcePatternFault(glob) !== undefined) disagreements.push(`${glob} is no pattern`);
      matched += Number(expected);
    }
    expect(disagreements).toEqual([]);
    expect(matched).toBeGreaterThan(PAIRS / 10);
  });

  it.each([
    ['github.com/acme/*', 'github.com/acme/web/pull', false],
    ['github.com/acme/**', 'github.com/acme', true],
    ['**/prod-*', 'prod-db', true],
    ['**/prod-*', 'a/b/prod-db', true],
    ['a/**/b', 'a/b', true],
    ['*', 'a/b', false],
    ['**', 'a/b', true],
  ])('takes %s on %s as the reference does: %s', (glob, resource, expected) => {
    expect(resourceMatches(resourceGlob(glob), resource.split('/'))).toBe(expected);
    expect(resourceFits(glob, resource)).toBe(expected);
  });
});
