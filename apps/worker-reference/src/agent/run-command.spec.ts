import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_CAPTURE_BYTES, runCommand } from './run-command.js';

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'command-'));
});
afterAll(() => rm(cwd, { recursive: true }));

const run = (command: string, options: { signal?: AbortSignal; onStart?: (pid: number) => void } = {}) =>
  runCommand(['/bin/sh', '-c', command], {
    cwd,
    env: { PATH: '/usr/bin:/bin' },
    signal: new AbortController().signal,
    ...options,
  });

/** Whether a process runs; one that ended and was not reaped yet does not. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 20_000; turns++) if (await holds()) return;
  throw new Error('it did not come to hold');
}

const pidIn = async (name: string) => {
  try {
    return Number((await readFile(join(cwd, name), 'utf8')).trim());
  } catch {
    return 0;
  }
};

describe('a command', () => {
  it('gives its output and its exit code', async () => {
    expect(await run('echo out; echo err >&2; exit 3')).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('sees nothing of the environment of the worker', async () => {
    process.env['COUNTERSIGN_TEST_SECRET'] = 'secret';
    const { stdout } = await run('env');
    delete process.env['COUNTERSIGN_TEST_SECRET'];
    expect(stdout).not.toContain('secret');
    expect(stdout).toContain('PATH=/usr/bin:/bin');
  });

  it('has only the beginning of its output kept', async () => {
    const end = await run(`head -c ${MAX_CAPTURE_BYTES + 100_000} /dev/zero | tr '\\0' x`);
    expect(end).toMatchObject({ exitCode: 0, stdoutTruncated: true, stderrTruncated: false });
    expect(end.stdout).toHaveLength(MAX_CAPTURE_BYTES);
  });

  it('is killed at the abort with all its children and grandchildren', async () => {
    const abort = new AbortController();
    const ended = run('sh -c "sleep 300 & echo \\$! > grandchild; wait" & wait', { signal: abort.signal });
    await until(async () => (await pidIn('grandchild')) > 0);
    const grandchild = await pidIn('grandchild');
    expect(await isAlive(grandchild)).toBe(true);
    abort.abort('runtime_limit');
    expect(await ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    await until(async () => !(await isAlive(grandchild)));
  });

  it('leaves nothing in its group running when it ends by itself', async () => {
    expect((await run('sleep 300 & echo $! > left; exit 0')).exitCode).toBe(0);
    const left = await pidIn('left');
    expect(left).toBeGreaterThan(0);
    await until(async () => !(await isAlive(left)));
  });

  it('does not wait for a process that left the group and holds the output open', async () => {
    const end = await run(
      'setsid sh -c "echo \\$\\$ > escaped; exec sleep 30" & while ! [ -s escaped ]; do :; done; echo done',
    );
    expect(end.stdout).toBe('done\n');
    process.kill(await pidIn('escaped'), 'SIGKILL');
  });

  it('that does not exist is told from one that fails', async () => {
    const missing = runCommand(['/nonexistent/program'], {
      cwd,
      env: {},
      signal: new AbortController().signal,
    });
    await expect(missing).rejects.toMatchObject({ code: 'command_not_started' });
  });

  it('is not started when it was aborted before', async () => {
    let started = false;
    const command = run('true', { signal: AbortSignal.abort('cancelled'), onStart: () => (started = true) });
    await expect(command).rejects.toBe('cancelled');
    expect(started).toBe(false);
  });
});
