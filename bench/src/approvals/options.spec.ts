import { describe, expect, it } from 'vitest';
import { readApprovalsOptions } from './options.js';

describe('the options of the approvals bench', () => {
  it('are all parts, three rounds, 50 approvals a second and 10,000 waiting when nothing is said', () =>
    expect(readApprovalsOptions([])).toEqual({
      rounds: 3,
      parts: ['approve', 'list', 'page'],
      perSecond: 50,
      approvals: 500,
      warmUp: 100,
      waiting: 10_000,
      requests: 200,
      shown: 1_000,
      loads: 5,
      profile: false,
    }));

  it('are less with --quick, and what is named is as it says', () => {
    expect(readApprovalsOptions(['--quick'])).toMatchObject({ rounds: 1, waiting: 1_000 });
    const args = ['--quick', '--rounds', '2', '--waiting', '300', '--rate', '20', '--parts', 'page,approve'];
    expect(readApprovalsOptions(args)).toMatchObject({
      rounds: 2,
      waiting: 300,
      perSecond: 20,
      parts: ['approve', 'page'],
    });
  });

  it.each([
    [['--rounds', '0']],
    [['--rate', 'x']],
    [['--waiting', '-1']],
    [['--parts', 'approve,votes']],
    [['--parts', '']],
    [['--fast']],
  ])('are refused when they make no sense: %j', (args) => expect(() => readApprovalsOptions(args)).toThrow());
});
