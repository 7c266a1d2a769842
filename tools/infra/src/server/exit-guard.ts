import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// A program that throws, or a test runner that calls process.exit, would otherwise leave its servers behind.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** Kills this child when the current process exits first. */
export function killOnExit(child: ChildProcess): void {
  children.add(child);
  child.once('exit', () => children.delete(child));
}

/** Removes this folder when the current process exits; returns the way to cancel that. */
export function removeOnExit(folder: string): () => void {
  folders.add(folder);
  return () => folders.delete(folder);
}
