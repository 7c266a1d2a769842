import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes an executable shell script to `path`, folders included; returns the path. */
export async function fakeProgram(path: string, script: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

/** An executable that answers `-v` as nats-server does, and nothing else. */
export function fakeNatsServer(path: string, version = '2.11.0'): Promise<string> {
  return fakeProgram(path, `echo "nats-server: v${version}"`);
}
