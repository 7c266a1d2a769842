import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '@countersign/standalone';

/** A process of the benchmark: it gets its settings first, says `ready`, and then talks by messages. */
export interface Part<In, Out> {
  readonly pid: number;
  send(message: In): void;
  onMessage(listener: (message: Out) => void): () => void;
  /** Resolves with the first message that `pick` gives something for. Rejects when the process ends before. */
  next<T>(pick: (message: Out) => T | undefined): Promise<T>;
  stop(): Promise<void>;
}

/** How long a part may take to end, in milliseconds. */
const STOP_MS = 12_000;

/** Starts `dist/<module>.js` with `settings` and waits until it is ready. */
export async function startPart<In, Out>(
  module: string,
  settings: object,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Part<In, Out>> {
  const file = fileURLToPath(new URL(`../${module}.js`, import.meta.url));
  const child = fork(file, [JSON.stringify(settings)], { execArgv: [...NODE_FLAGS], env });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const part = partOf<In, Out>(child, module);
  await part.next((message) => (message === 'ready' ? true : undefined));
  return part;
}

function partOf<In, Out>(child: ChildProcess, name: string): Part<In, Out> {
  const onMessage = (listener: (message: Out) => void) => {
    child.on('message', listener);
    return () => child.off('message', listener);
  };
  return {
    pid: child.pid!,
    send: (message) => void child.send(message as object),
    onMessage,
    next: (pick) =>
      new Promise((resolve, reject) => {
        const ended = (code: number | null) => reject(new Error(`${name} ended early (${code})`));
        child.once('exit', ended);
        const forget = onMessage((message) => {
          const picked = pick(message);
          if (picked === undefined) return;
          forget();
          child.off('exit', ended);
          resolve(picked);
        });
      }),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
