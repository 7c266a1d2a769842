import { describe, expect, it, vi } from 'vitest';
import type { Operator } from './operator.js';
import { readCommand } from './read-command.js';

describe('a command line', () => {
  const operator = {
    addProducer: vi.fn(),
    removeProducer: vi.fn(),
    addPool: vi.fn(),
    removePool: vi.fn(),
    rotate: vi.fn(),
    retire: vi.fn(),
  } satisfies Partial<Record<keyof Operator, unknown>>;

  it.each([
    ['producer add x --tenant t', 'addProducer', [{ name: 'x', tenant: 't', agents: ['*'] }]],
    [
      'producer add x --tenant t --agents agent-a,agent-b',
      'addProducer',
      [{ name: 'x', tenant: 't', agents: ['agent-a', 'agent-b'] }],
    ],
    ['producer remove x', 'removeProducer', ['x']],
    ['pool add x --topics job.a.>,job.b.*', 'addPool', [{ name: 'x', topics: ['job.a.>', 'job.b.*'] }]],
    ['pool remove x', 'removePool', ['x']],
    ['keys rotate scheduler scheduler-rpc --grace 5', 'rotate', [['scheduler', 'scheduler-rpc'], 5_000]],
    ['keys rotate sys', 'rotate', [['sys'], 60_000]],
    ['keys retire', 'retire', []],
  ] as const)('%s does what it says', async (line, method, args) => {
    await readCommand(line.split(' ')).run(operator as unknown as Operator);
    expect(operator[method]).toHaveBeenLastCalledWith(...args);
  });

  it.each([
    '',
    'producer',
    'producer add',
    'producer add x',
    'producer add x y --tenant t',
    'pool add x',
    'pool rename x',
    'keys rotate',
    'keys rotate x --grace soon',
    'keys rotate x --grace -1',
    'producer add x --tenant t --admin',
  ])('“%s” is refused', (line) => {
    expect(() => readCommand(line.split(' '))).toThrow();
  });

  it('names the process of the broker, or none', () => {
    expect(readCommand(['keys', 'retire', '--pid', 'none']).pid).toBe('none');
    expect(readCommand(['keys', 'retire']).pid).toBeUndefined();
  });
});
