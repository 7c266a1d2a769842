import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A Node process of the platform. */
export interface Child {
  readonly process: ChildProcess;
  /** SIGTERM, and waits for the end; SIGKILL when that takes more than 12 s. */
  stop(): Promise<void>;
}

const STOP_MS = 12_000;

/**
 * Flags of every Node process of the platform. A batch's messages outlive the default young generation of 16 MB and are
 * copied twice before they die: with twice the space, a saturated scheduler spends 18 % of its CPU time on collecting
 * garbage instead of 26 % (measured), for some 50 MB more memory at most.
 */
export const NODE_FLAGS: readonly string[] = ['--enable-source-maps', '--max-semi-space-size=32'];

/**
 * Starts a Node process and waits until it prints `readyText`. Throws with its output when it ends before, and ends it
 * when `signal` is aborted before.
 */
export async function startChild(
  script: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => undefined,
  readyText = '"ready"',
  signal?: AbortSignal,
): Promise<Child> {
  const nodeArgs =
    env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined
      ? []
      : ['--import', import.meta.resolve('@countersign/service-kit/register')];
  const child = spawn(process.execPath, [...NODE_FLAGS, ...nodeArgs, script, ...args], {
    env,
    // A child that learns by the channel that its parent is gone can end as well, instead of running on unseen.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C in the terminal reaches the parent alone, which stops its children in order.
    detached: true,
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const read = (data: Buffer) => {
      const text = data.toString();
      output = (output + text).slice(-20_000);
      for (const line of text.split('\n')) if (line !== '') onLine(line);
      if (output.includes(readyText)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code, endedBy) =>
      reject(
        new Error(`${script} ${args.join(' ')} ended (${code ?? endedBy}) before it was ready:\n${output}`),
      ),
    );
  });
  const giveUp = () => void child.kill('SIGTERM');
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await ready;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
  return {
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(kill, STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
