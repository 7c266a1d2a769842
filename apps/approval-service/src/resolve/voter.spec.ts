import { describe, expect, it } from 'vitest';
import { isPerson } from './voter.js';

const topology = {
  producers: [{ name: 'mcp-bridge', tenant: 'acme', agents: ['agent-7', '*'] }],
  pools: [{ name: 'shell', topics: ['job.shell.>'] }],
};

describe('isPerson (H4)', () => {
  it('believes of a reviewer that they are one', () => {
    expect(isPerson({ by: 'ann', names: ['acme:ann'] }, topology)).toBe(true);
  });

  it.each(['scheduler', 'approval-service', 'mcp-bridge', 'Agent-7', 'SHELL', '*'])(
    'knows that %s is none, by whatever name',
    (name) => {
      expect(isPerson({ by: name }, topology)).toBe(false);
      expect(isPerson({ by: 'ann', names: [name] }, topology)).toBe(false);
    },
  );

  it('takes the word of the gateway about a credential that asks for jobs', () => {
    expect(isPerson({ by: 'ann', is_machine: true }, topology)).toBe(false);
  });
});
