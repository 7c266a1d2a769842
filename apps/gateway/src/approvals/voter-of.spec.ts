import { describe, expect, it } from 'vitest';
import type { Caller } from '../identity/caller.js';
import { People } from '../settings/people.js';
import { voterOf } from './voter-of.js';

const people = People.of([{ tenant: 'acme', names: ['ann', 'ann-agent'] }]);
const caller = (over: Partial<Caller> = {}): Caller => ({
  name: 'ann',
  tenant: 'acme',
  roles: ['reviewer'],
  groups: ['finance'],
  agents: [],
  by: 'token',
  ...over,
});

describe('a voter', () => {
  it('has every name of the person and the groups of the credential', () => {
    expect(voterOf(caller(), people)).toEqual({ by: 'ann', groups: ['finance'], names: ['ann-agent'] });
  });

  it('may be a person that asks for jobs as well, by a token', () => {
    expect(voterOf(caller({ roles: ['producer', 'reviewer'] }), people)).not.toHaveProperty('is_machine');
  });

  it.each<[string, Partial<Caller>]>([
    ['a client’s own token', { isProgram: true }],
    ['a credential that runs jobs', { roles: ['reviewer', 'worker'] }],
    ['a key that asks for jobs', { by: 'api_key', roles: ['reviewer', 'producer'] }],
  ])('is a program with %s (H4)', (_, over) =>
    expect(voterOf(caller(over), people)).toMatchObject({ is_machine: true }),
  );
});
