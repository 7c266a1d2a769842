import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BundleReading } from './bundle.js';
import { findFiles, isPolicyFile } from './find-files.js';
import { readSettled } from './read-settled.js';

/** How often names, times and sizes are looked at, in milliseconds: not every file system tells of changes. */
export const LOOK_INTERVAL_MS = 1_000;

/** Follows the files of a bundle and hands over what they come to, one after the other. */
export class BundleWatch {
  private readonly watchers: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private isWanted = false;
  private isStopped = false;
  private seen = '';

  constructor(
    private readonly paths: readonly string[],
    private readonly changed: (reading: BundleReading) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  start(): void {
    for (const path of this.paths) this.watch(path);
    this.arm();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    for (const watcher of this.watchers) watcher.close();
    await this.looking;
  }

  /** Word of a change brings the next look forward. Where nothing can be watched, looking has to do. */
  private watch(path: string): void {
    const isFile = isPolicyFile(path);
    try {
      const watcher = watch(isFile ? dirname(path) : path, { recursive: !isFile, persistent: false }, () =>
        this.look(),
      );
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch (error) {
      this.failed(error);
    }
  }

  private arm(): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => this.look(), LOOK_INTERVAL_MS);
    this.timer.unref();
  }

  private look(): void {
    if (this.isStopped) return;
    this.isWanted = true;
    this.looking ??= this.lookOnce()
      .catch((error: unknown) => this.failed(error))
      .then(() => {
        this.looking = undefined;
        if (this.isWanted) this.look();
      });
  }

  private async lookOnce(): Promise<void> {
    this.isWanted = false;
    clearTimeout(this.timer);
    this.arm();
    const now = await signatureOf(this.paths);
    if (now === this.seen) return;
    const reading = await readSettled(this.paths);
    if (reading === undefined) return;
    await this.changed(reading);
    // Only now: a failure is tried again, and what changed meanwhile has another signature.
    this.seen = now;
  }
}

/** Names, times, sizes and numbers of all files: cheap to compare, and never the last word. */
async function signatureOf(paths: readonly string[]): Promise<string> {
  const { files, problems } = await findFiles(paths);
  const marks = await Promise.all(files.map(async ({ path, name }) => `${name} ${await markOf(path)}`));
  return JSON.stringify([marks, problems]);
}

async function markOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    return String(error);
  }
}
