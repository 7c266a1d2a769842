import { describe, expect, it } from 'vitest';
import { IN_FLIGHT, measureAsking } from './measure-asking.js';

describe('asking over the bus', () => {
  it('asks one by one first, then with sixty-four questions open, each once', async () => {
    const open: number[] = [];
    const asked: number[] = [];
    let waiting = 0;
    await measureAsking({ warmUp: 3, single: 5, many: 200 }, async (question) => {
      asked.push(question);
      open.push(++waiting);
      await Promise.resolve();
      waiting -= 1;
    });
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    expect(asked).toEqual([...numbers(3), ...numbers(5), ...numbers(200)]);
    expect(Math.max(...open.slice(3, 8))).toBe(1);
    expect(Math.max(...open.slice(8))).toBe(IN_FLIGHT);
  });
});
