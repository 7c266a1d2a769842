import { describe, expect, it } from 'vitest';
import { People } from './people.js';

describe('people of the settings (H13)', () => {
  const people = People.of([{ tenant: 'acme', names: ['ann', 'acme:ann@acme.example', 'ann-agent'] }]);

  it.each(['ann', 'Ann', 'ann-agent'])('know the others of %s', (name) => {
    const others = people.otherNames('acme', name);
    expect(others).toHaveLength(2);
    expect(others.map((other) => other.toLowerCase())).not.toContain(name.toLowerCase());
  });

  it('know nobody of another tenant, and nobody that is not listed', () => {
    expect(people.otherNames('other', 'ann')).toEqual([]);
    expect(people.otherNames('acme', 'bob')).toEqual([]);
  });

  it.each([
    ['that is none', [{ tenant: 'acme', names: ['ann', 'a b'] }]],
    [
      'that two people have',
      [
        { tenant: 'acme', names: ['ann', 'x'] },
        { tenant: 'acme', names: ['ANN', 'y'] },
      ],
    ],
  ])('have no name %s', (_, list) => expect(() => People.of(list)).toThrow(RangeError));
});
