import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

/** A server's own log, in a file. */
export interface ServerLog {
  readonly file: string;
  readonly line: (text: string) => void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Opens a log file to append to, readable by its owner alone. A file that can't be written is reported once. */
export async function openServerLog(file: string, report: (message: string) => void): Promise<ServerLog> {
  await mkdir(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  let failed = false;
  stream.once('error', (error) => {
    failed = true;
    report(`the log ${file} can't be written: ${error.message}`);
  });
  return {
    file,
    line: (text) => {
      if (!failed && !stream.writableEnded) stream.write(`${text}\n`);
    },
    close: async () => {
      if (failed) return;
      stream.end();
      await finished(stream);
    },
  };
}
