import { describe, expect, it } from 'vitest';
import { readPolicyOptions } from './options.js';

describe('the options of the policy bench', () => {
  it('are all engines, sizes and rules, three rounds, and the bus, when nothing is said', () =>
    expect(readPolicyOptions([])).toMatchObject({
      rounds: 3,
      sizes: [10, 100, 1000, 10_000],
      kinds: ['tags', 'expressions'],
      engines: { length: 6 },
      bus: { single: 5_000 },
    }));

  it('leave out what is not asked for', () => {
    const options = readPolicyOptions([
      '--no-bus',
      '--quick',
      '--engines',
      'casl,countersign',
      '--sizes',
      '10',
    ]);
    expect(options).toMatchObject({ rounds: 1, sizes: [10], engines: ['casl', 'countersign'] });
    expect(options.bus).toBeUndefined();
    expect(readPolicyOptions(['--engines=']).engines).toEqual([]);
  });

  it.each([
    [['--rounds', '0']],
    [['--sizes', '10,x']],
    [['--engines', 'opa']],
    [['--kinds', '']],
    [['--fast']],
  ])('are refused when they make no sense: %j', (args) => expect(() => readPolicyOptions(args)).toThrow());
});
