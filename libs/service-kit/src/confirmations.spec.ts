import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Confirmations } from './confirmations.js';
import { ANSWERED, AUDITED, COMPLETE } from './outbox.js';

/** An outbox in memory: rows with the bits that the database holds. */
class Rows {
  readonly flags = new Map<string, number>();
  readonly marked: string[] = [];
  failing = false;

  complete = (bits: ReadonlyMap<string, number>): Promise<string[]> => {
    if (this.failing) return Promise.reject(new Error('the database is away'));
    const done = [...bits].filter(([id, bit]) => ((this.flags.get(id) ?? 0) | bit) === COMPLETE);
    for (const [id] of done) this.flags.delete(id);
    return Promise.resolve(done.map(([id]) => id));
  };

  mark = (bits: ReadonlyMap<string, number>): Promise<void> => {
    for (const [id, bit] of bits) {
      this.marked.push(id);
      if (this.flags.has(id)) this.flags.set(id, this.flags.get(id)! | bit);
    }
    return Promise.resolve();
  };
}

describe('confirmations of the audit log', () => {
  let rows: Rows;
  let confirmations: Confirmations;
  const failures: unknown[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    rows = new Rows();
    confirmations = new Confirmations(rows, (error) => failures.push(error));
  });
  afterEach(() => vi.useRealTimers());

  it('delete a row as soon as it is audited and answered, in whatever order, without updating it', async () => {
    rows.flags.set('a', 0).set('b', 0);
    confirmations.take({ appended: ['a'], answered: ['b'] });
    await vi.advanceTimersByTimeAsync(250);
    expect([...rows.flags]).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    confirmations.take({ appended: ['b'], answered: ['a'] });
    await vi.advanceTimersByTimeAsync(250);
    expect([...rows.flags.keys(), ...rows.marked]).toEqual([]);
  });

  it('delete a row that was answered in the database when the log has it', async () => {
    rows.flags.set('a', ANSWERED);
    confirmations.take({ appended: ['a'], answered: [] });
    await vi.advanceTimersByTimeAsync(250);
    expect(rows.flags.size).toBe(0);
  });

  it('are written down before the message would be repeated', async () => {
    rows.flags.set('a', 0);
    confirmations.take({ appended: ['a'], answered: [] });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(rows.flags.get('a')).toBe(0);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(rows.flags.get('a')).toBe(AUDITED);
  });

  it('lose none that comes while the one before it is written down', async () => {
    rows.flags.set('a', 0);
    let written = () => undefined as void;
    const { mark } = rows;
    rows.mark = async (bits) => {
      if (bits.size > 0) await new Promise<void>((resolve) => (written = resolve));
      await mark(bits);
    };
    confirmations.take({ appended: ['a'], answered: [] });
    await vi.advanceTimersByTimeAsync(10_500);
    confirmations.take({ appended: [], answered: ['a'] });
    rows.mark = mark;
    written();
    await vi.advanceTimersByTimeAsync(500);
    expect(rows.flags.size).toBe(0);
  });

  it('are written down when the process ends', async () => {
    rows.flags.set('a', 0);
    confirmations.take({ appended: ['a'], answered: [] });
    await confirmations.close();
    expect(rows.flags.get('a')).toBe(AUDITED);
  });

  it('are not forgotten when the database is away for a while', async () => {
    rows.flags.set('a', 0);
    rows.failing = true;
    confirmations.take({ appended: ['a'], answered: ['a'] });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(failures.length).toBeGreaterThan(0);
    rows.failing = false;
    await vi.advanceTimersByTimeAsync(11_000);
    expect([undefined, COMPLETE]).toContain(rows.flags.get('a'));
  });
});
