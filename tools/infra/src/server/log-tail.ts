import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { InfraLog } from '../infra-log.js';

/** Lines kept for error messages: enough for a server's start-up, short enough to read. */
const KEPT_LINES = 40;
/** Characters kept of one line. */
const KEPT_CHARS = 400;

/**
 * Reads a server's log for as long as it runs and remembers its end.
 *
 * It must keep reading after start-up: a full pipe would block the server on its next log line.
 */
export class LogTail {
  private readonly lines: string[] = [];
  private readonly watchers = new Set<(line: string) => void>();

  constructor(stream: Readable, log?: InfraLog) {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      this.lines.push(line.slice(0, KEPT_CHARS));
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      for (const watcher of this.watchers) watcher(line);
      log?.(line);
    });
  }

  /** The last lines, oldest first. */
  text(): string {
    return this.lines.join('\n');
  }

  /** Calls `seen` once, at the first line that contains `needle`; returns the way to stop watching. */
  onceLine(needle: string, seen: () => void): () => void {
    const watcher = (line: string): void => {
      if (!line.includes(needle)) return;
      this.watchers.delete(watcher);
      seen();
    };
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}
