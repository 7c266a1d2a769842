import { describe, expect, it } from 'vitest';
import { expectedOf } from '../data/expected.js';
import type { BenchJob, Effect } from '../data/rule.js';
import { rulesOf } from '../data/rules.js';
import { engine } from '../engines/engine.js';
import { measureMix } from './measure-mix.js';

const rules = rulesOf(10, 'expressions');
const windows = { warmUp: 0, measured: 0, checked: 0, leastDecisions: 20 };
const loop = (decide: (job: BenchJob) => Effect | Promise<Effect>) =>
  measureMix('mixed', rules, engine<BenchJob>({ ask: (job) => job, decide }), windows, 0);

describe('measuring an engine', () => {
  it('checks one job of each kind and makes the least number of decisions, however slow it is', async () => {
    const result = await loop((job) => expectedOf(rules, job));
    expect(result.checked).toBe(16);
    expect(result.decisions).toBeGreaterThanOrEqual(20);
    expect(result.samples).toBe(20);
  });

  it('waits for an engine that answers later', async () => {
    const result = await loop((job) => Promise.resolve(expectedOf(rules, job)));
    expect(result.samples).toBe(20);
  });

  it('refuses one that gives a wrong answer', async () => {
    await expect(loop(() => 'allow')).rejects.toThrow('the answer is allow, expected is deny');
    await expect(loop(() => Promise.resolve<Effect>('deny'))).rejects.toThrow('expected is allow');
  });
});
