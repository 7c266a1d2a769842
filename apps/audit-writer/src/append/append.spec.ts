import { describe, expect, it, vi } from 'vitest';
import { GENESIS, verifyChain, type ChainRow } from '@countersign/audit-log';
import type { Draft } from '../read-message/message.js';
import { chain } from './append-entries.js';
import { appendIsolated } from './append-isolated.js';
import { JoinQueue } from './join-queue.js';
import { renamed, selectFresh } from './select-fresh.js';

const draft = (event_id: string, over: Partial<Draft> = {}): Draft => ({
  event_id,
  place: { stream: 'JOBS', seq: event_id.charCodeAt(0), storedAtMs: 7 },
  index: null,
  stream: 'JOBS',
  subject: 'from.p1.job.x',
  type: 'job.v1',
  source: null,
  tenant_id: null,
  job_id: null,
  trace_id: null,
  causation_id: null,
  stored_at: '2026-11-20T14:00:03.000Z',
  body_sha256: 'sha256:1',
  summary: {},
  ...over,
});

describe('what is new', () => {
  it('leaves out what is in the log, and what comes twice', () => {
    const drafts = [draft('a'), draft('b'), draft('b'), draft('c')];
    const { fresh, clashing, repeated } = selectFresh(drafts, new Map([['a', draft('a')]]));
    expect(fresh.map((d) => d.event_id)).toEqual(['b', 'c']);
    expect(clashing).toEqual([]);
    expect(repeated).toEqual([draft('a')]);
  });

  it.each([{ body_sha256: 'sha256:2' }, { stream: 'DECISIONS' }, { subject: 'from.p2.job.x' }])(
    'is never hidden by another message with its id: %j',
    (other) => {
      const { fresh, clashing } = selectFresh(
        [draft('a', other), draft('b'), draft('b', other)],
        new Map([['a', draft('a')]]),
      );
      expect(fresh.map((d) => d.event_id)).toEqual(['b']);
      expect(renamed(clashing)).toMatchObject([
        { event_id: 'JOBS:97@7', summary: { claimed_event_id: 'a' } },
        { event_id: 'JOBS:98@7', summary: { claimed_event_id: 'b' } },
      ]);
    },
  );

  it('goes on where the log ends, without gaps', () => {
    const first = chain(GENESIS, [draft('a'), draft('b')], '2026-11-20T14:00:04.000Z');
    const second = chain(first.head, [draft('c')], '2026-11-20T14:00:05.000Z');
    const rows: ChainRow[] = [...first.rows, ...second.rows];
    expect(verifyChain(rows, GENESIS, second.head)).toEqual({ ok: true, entries: 3, head: second.head });
    const { place: _place, index: _index, ...members } = draft('a');
    expect(JSON.parse(rows[0]!.text)).toEqual({
      ...members,
      seq: 1,
      recorded_at: '2026-11-20T14:00:04.000Z',
      prev_hash: GENESIS.hash,
    });
  });
});

describe('the append queue', () => {
  function gated(options = { maxItems: 4, enough: 4, lingerMs: 0 }) {
    const runs: (readonly number[])[] = [];
    const gates: { open: () => void; fail: (error: Error) => void }[] = [];
    const queue = new JoinQueue<number>((items) => {
      runs.push(items);
      return new Promise((open, fail) => gates.push({ open, fail }));
    }, options);
    return { queue, runs, gates };
  }

  it('joins what arrives during a run into the next one, in order and up to its limit', async () => {
    const { queue, runs, gates } = gated();
    const added = [[1], [2, 3], [4], [5, 6], [7, 8, 9, 10, 11]].map((items) => queue.add(items));
    expect(runs).toEqual([[1]]);
    gates[0]!.open();
    await added[0];
    expect(runs).toEqual([[1], [2, 3, 4]]);
    gates[1]!.open();
    await Promise.all([added[1], added[2]]);
    gates[2]!.open();
    await added[3];
    expect(runs).toEqual([[1], [2, 3, 4], [5, 6], [7, 8, 9, 10, 11]]);
    gates[3]!.open();
    await added[4];
  });

  it('waits for company, but no longer than its linger, and not when there is enough', async () => {
    vi.useFakeTimers();
    try {
      const { queue, runs, gates } = gated({ maxItems: 9, enough: 4, lingerMs: 40 });
      const first = [queue.add([1]), queue.add([2])];
      await vi.advanceTimersByTimeAsync(39);
      expect(runs).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(runs).toEqual([[1, 2]]);
      // What arrived during a run has waited that long already.
      const second = queue.add([3]);
      await vi.advanceTimersByTimeAsync(40);
      gates[0]!.open();
      await Promise.all(first);
      await vi.advanceTimersByTimeAsync(0);
      expect(runs.at(-1)).toEqual([3]);
      gates[1]!.open();
      await second;
      const third = [queue.add([4, 5]), queue.add([6, 7])];
      await vi.advanceTimersByTimeAsync(0);
      expect(runs.at(-1)).toEqual([4, 5, 6, 7]);
      gates[2]!.open();
      await Promise.all(third);
    } finally {
      vi.useRealTimers();
    }
  });

  it('settles nobody before the commit, fails all of a failed run, and goes on', async () => {
    const { queue, gates } = gated();
    let settled = 0;
    const first = queue.add([1]).finally(() => settled++);
    const failing = [queue.add([2]), queue.add([3])];
    await Promise.resolve();
    expect(settled).toBe(0);
    gates[0]!.open();
    await first;
    gates[1]!.fail(new Error('connection lost'));
    for (const outcome of await Promise.allSettled(failing)) expect(outcome.status).toBe('rejected');
    const next = queue.add([4]);
    gates[2]!.open();
    await next;
  });
});

describe('a message that the database refuses', () => {
  const dataError = Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' });

  it('is recorded barely, and keeps nobody else out', async () => {
    const stored: string[] = [];
    const append = (items: readonly string[]) => {
      if (items.includes('bad')) return Promise.reject(dataError);
      stored.push(...items);
      return Promise.resolve();
    };
    await appendIsolated(['a', 'b', 'bad', 'c', 'd'], append, (item) => `bare ${item}`);
    expect(stored).toEqual(['a', 'b', 'bare bad', 'c', 'd']);
  });

  it('fails when even its bare form is refused', () =>
    expect(
      appendIsolated(
        ['bad'],
        () => Promise.reject(dataError),
        (item) => item,
      ),
    ).rejects.toBe(dataError));

  it('is not blamed for a lost connection', async () => {
    let calls = 0;
    const lost = Object.assign(new Error('terminating connection'), { code: '57P01' });
    const append = () => {
      calls++;
      return Promise.reject(lost);
    };
    await expect(appendIsolated(['a', 'b'], append, (item) => item)).rejects.toBe(lost);
    expect(calls).toBe(1);
  });
});
