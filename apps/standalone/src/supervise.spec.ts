import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { supervise, type Supervisable } from './supervise.js';

class FakeProcess extends EventEmitter {
  readonly pid = 4711;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;

  end(signal: NodeJS.Signals): void {
    this.signalCode = signal;
    this.emit('exit', null, signal);
  }
}

/** A supervised process without an operating system: it starts, pauses and ends when the test says so. */
function rig(overrides: { readonly pause?: (ms: number, signal: AbortSignal) => Promise<void> } = {}) {
  const started: FakeProcess[] = [];
  const pauses: number[] = [];
  const lines: string[] = [];
  const clock = { ms: 0 };
  const failing = { starts: 0 };
  const start = vi.fn((): Promise<Supervisable> => {
    if (failing.starts > 0) {
      failing.starts -= 1;
      return Promise.reject(new Error('port taken\nmore'));
    }
    const process = new FakeProcess();
    started.push(process);
    return Promise.resolve({
      process: process as unknown as Supervisable['process'],
      stop: () => {
        if (process.signalCode === null) process.end('SIGTERM');
        return Promise.resolve();
      },
    });
  });
  const options = {
    name: 'worker',
    start,
    log: (line: string) => void lines.push(line),
    pause: (ms: number, signal: AbortSignal) => {
      pauses.push(ms);
      return overrides.pause?.(ms, signal) ?? Promise.resolve();
    },
    now: () => clock.ms,
  };
  const crash = async () => {
    const before = started.length;
    started.at(-1)!.end('SIGKILL');
    await vi.waitUntil(() => started.length > before && lines.at(-1)?.includes('runs again'));
  };
  return { options, started, pauses, lines, clock, failing, start, crash };
}

describe('a supervised process', () => {
  it('is started again when it ends by itself, and the log says why', async () => {
    const { options, crash, lines, started } = rig();
    const supervised = await supervise(options);
    await crash();
    expect(started).toHaveLength(2);
    expect(lines).toEqual([
      'worker ended by itself (SIGKILL); starting it again in 1 s',
      'worker runs again, as process 4711',
    ]);
    await supervised.stop();
  });

  it('waits twice as long each time, at most 30 s', async () => {
    const { options, crash, pauses } = rig();
    const supervised = await supervise(options);
    for (let i = 0; i < 7; i += 1) await crash();
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await supervised.stop();
  });

  it('waits one second again after it ran for a minute', async () => {
    const { options, crash, pauses, clock } = rig();
    const supervised = await supervise(options);
    await crash();
    await crash();
    clock.ms += 60_000;
    await crash();
    expect(pauses).toEqual([1_000, 2_000, 1_000]);
    await supervised.stop();
  });

  it('is tried again when a restart fails, with one line of the reason', async () => {
    const { options, crash, failing, lines, pauses } = rig();
    const supervised = await supervise(options);
    failing.starts = 1;
    await crash();
    expect(pauses).toEqual([1_000, 2_000]);
    expect(lines[1]).toBe('worker could not be started (port taken); starting it again in 2 s');
    await supervised.stop();
  });

  it('is not started again when it was told to stop', async () => {
    const { options, start, lines } = rig();
    const supervised = await supervise(options);
    await supervised.stop();
    expect(start).toHaveBeenCalledTimes(1);
    expect(lines).toEqual([]);
  });

  it('stays ended when it is told to stop during the pause', async () => {
    const { options, started, start, pauses } = rig({
      pause: (_ms, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    });
    const supervised = await supervise(options);
    started[0]!.end('SIGKILL');
    await vi.waitUntil(() => pauses.length === 1);
    await supervised.stop();
    expect(start).toHaveBeenCalledTimes(1);
  });

  it('is ended when it is told to stop during a restart', async () => {
    const { options, started, start } = rig();
    let finish = (): void => undefined;
    const supervised = await supervise(options);
    const restarted = start.getMockImplementation()!;
    start.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return restarted();
    });
    started[0]!.end('SIGKILL');
    await vi.waitUntil(() => start.mock.calls.length === 2);
    const stopped = supervised.stop();
    finish();
    await stopped;
    expect(started[1]!.signalCode).toBe('SIGTERM');
  });

  it('fails at once when its first start fails', async () => {
    const { options, failing, pauses } = rig();
    failing.starts = 1;
    await expect(supervise(options)).rejects.toThrow('port taken');
    expect(pauses).toEqual([]);
  });
});
