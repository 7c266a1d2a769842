import { spawn, type ChildProcess } from 'node:child_process';
import { CodedError } from '@countersign/kernel';
import { CappedCapture } from './capped-capture.js';

/** Most bytes kept of each output stream (256 KiB). */
export const MAX_CAPTURE_BYTES = 256 * 1024;
/** The same where a large output can be uploaded (8 MiB): it is kept in memory, of several commands at once. */
export const MAX_UPLOADED_CAPTURE_BYTES = 8 * 1024 * 1024;
/** How long output is waited for after the command ended, in milliseconds: a process outside the group may hold it open. */
const CLOSE_WAIT_MS = 1_000;

/** What a command is run with. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborting kills the process group. */
  readonly signal: AbortSignal;
  /** @default MAX_CAPTURE_BYTES */
  readonly maxCaptureBytes?: number;
  /** Called when the command has begun. */
  readonly onStart?: (pid: number) => void;
}

/** How a command ended. Exactly one of `exitCode` and `signal` is not null. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutTruncated: boolean;
  readonly stderrTruncated: boolean;
}

/**
 * Runs a program in a process group of its own, without input and with nothing of this process's environment. The group
 * is killed at the abort and again at the end, so that nothing a command left in it goes on. A process that made a
 * session of its own is out of reach. Throws a {@link CodedError} `command_not_started`.
 */
export async function runCommand(
  argv: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<CommandEnd> {
  options.signal.throwIfAborted();
  const child = spawn(argv[0], argv.slice(1), {
    cwd: options.cwd,
    env: { ...options.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { maxCaptureBytes = MAX_CAPTURE_BYTES } = options;
  const stdout = new CappedCapture(child.stdout, maxCaptureBytes);
  const stderr = new CappedCapture(child.stderr, maxCaptureBytes);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const kill = () => killGroup(child);
  options.signal.addEventListener('abort', kill, { once: true });
  try {
    const { exitCode, signal } = await exitOf(child, options.onStart);
    kill();
    await closedInTime(child, closed);
    return {
      exitCode,
      signal,
      stdout: stdout.text(),
      stderr: stderr.text(),
      stdoutTruncated: stdout.truncated,
      stderrTruncated: stderr.truncated,
    };
  } finally {
    options.signal.removeEventListener('abort', kill);
  }
}

function exitOf(
  child: ChildProcess,
  onStart?: (pid: number) => void,
): Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => onStart?.(child.pid!));
    child.once('error', (cause) =>
      reject(new CodedError('command_not_started', 'the command could not be started', { cause })),
    );
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // Nobody is left in the group.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function closedInTime(child: ChildProcess, closed: Promise<void>): Promise<void> {
  const late = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, CLOSE_WAIT_MS);
  await closed;
  clearTimeout(late);
}
