import type { Readable } from 'node:stream';
import { EXIT, type ExitCode } from './exit-codes.js';
import { printable } from './output/printable.js';

/** What a command needs of the process that it runs in. */
export interface Surroundings {
  readonly stdin: Readable;
  readonly stdout: { write(text: string | Uint8Array): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Standard error where a person looks at it: progress is drawn there. */
  readonly terminal?: NodeJS.WritableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Paths are relative to this folder. */
  readonly cwd: string;
  readonly now: () => Date;
  readonly fetch: typeof fetch;
}

/** The surroundings of one run, and how it will end. */
export class Shell {
  exitCode: ExitCode = EXIT.ok;

  constructor(readonly around: Surroundings) {}

  /** Writes lines of a result. Control characters are replaced: what is shown may come from an agent. */
  print(...lines: readonly string[]): void {
    for (const line of lines) this.around.stdout.write(`${printable(line)}\n`);
  }

  /** Writes a result for programs: one line of JSON. */
  json(value: unknown): void {
    this.around.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Writes what is no result: hints and notes. */
  note(...lines: readonly string[]): void {
    for (const line of lines) this.around.stderr.write(`${printable(line)}\n`);
  }
}

/** The surroundings that a process of the operating system gives. */
export function surroundingsOf(process: NodeJS.Process): Surroundings {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    ...(stderr.isTTY && { terminal: stderr }),
    env,
    cwd: process.cwd(),
    now: () => new Date(),
    fetch,
  };
}
