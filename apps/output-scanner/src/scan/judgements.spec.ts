import { describe, expect, it, vi } from 'vitest';
import { NotYet } from '../examine/not-yet.js';
import type { Judgement } from './judge-result.js';
import { received } from './judging.builders.js';
import { Judgements } from './judgements.js';
import { tooLarge } from './verdict-of.js';

const judgement = (): Judgement => ({ verdict: tooLarge(received()), tenantId: null, alerts: [] });
const never = (): Promise<Judgement> => new Promise(() => undefined);
const asked = (...results: [string, () => Promise<Judgement>][]) => new Map(results);

describe('judgements', () => {
  it('are there for all that can be judged, while one is still under way', async () => {
    const judgements = new Judgements(1);
    const there = await judgements.of(
      asked(
        ['slow', never],
        ['a', () => Promise.resolve(judgement())],
        ['b', () => Promise.resolve(judgement())],
      ),
    );
    expect([...there.keys()]).toEqual(['a', 'b']);
  });

  it('go on while the message is away, and are made once', async () => {
    const judgements = new Judgements(1);
    let finish: (made: Judgement) => void = () => undefined;
    const judge = vi.fn(() => new Promise<Judgement>((resolve) => (finish = resolve)));
    expect((await judgements.of(asked(['slow', judge]))).size).toBe(0);
    finish(judgement());
    expect((await judgements.of(asked(['slow', judge]))).size).toBe(1);
    expect(judge).toHaveBeenCalledTimes(1);
  });

  it('begin anew after the policy was away', async () => {
    const judgements = new Judgements();
    expect((await judgements.of(asked(['x', () => Promise.reject(new NotYet('away'))]))).size).toBe(0);
    expect((await judgements.of(asked(['x', () => Promise.resolve(judgement())]))).size).toBe(1);
  });

  it('fail where something is wrong with the scanner itself', async () => {
    const judgements = new Judgements();
    const failing = asked(['x', () => Promise.reject(new TypeError('a bug'))]);
    await expect(judgements.of(failing)).rejects.toThrow(TypeError);
  });

  it('are forgotten when they are told, and when nobody asks for them again', async () => {
    let now = 0;
    const judgements = new Judgements(1, () => now);
    const judge = vi.fn(() => Promise.resolve(judgement()));
    await judgements.of(asked(['x', judge]));
    judgements.told('x');
    await judgements.of(asked(['x', judge]));
    expect(judge).toHaveBeenCalledTimes(2);
    now = 60_001;
    await judgements.of(asked(['x', judge]));
    expect(judge).toHaveBeenCalledTimes(3);
  });
});
