import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';

/** A named pipe that processes hold open: it tells when the last of them is gone, whoever started it. */
export interface HeldOpen {
  /** A shell command that holds the pipe open, with all its children, for longer than any test. */
  readonly command: readonly string[];
  /** Resolves when the command was started and no process of it is left. */
  readonly released: Promise<void>;
}

/** Makes the pipe in a folder. */
export async function holdOpen(folder: string, name: string): Promise<HeldOpen> {
  const pipe = join(folder, name);
  await promisify(execFile)('mkfifo', [pipe]);
  return {
    command: ['sh', '-c', `exec 3> ${pipe}; sleep 600 & sleep 600`],
    released: finished(createReadStream(pipe).resume()),
  };
}
