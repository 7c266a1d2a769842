import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { main } from '../main.js';
import type { Surroundings } from '../shell.js';

/** What a run left behind. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A real folder with files, in which commands run; `remove` it afterwards. */
export class TestFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'countersign-cli-'));

  /** Writes files, by their paths in the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), content);
    }
  }

  /** Runs the program in the folder, without environment, terminal and network unless these are given. */
  async run(
    args: readonly string[],
    given: Partial<Surroundings> & { readonly input?: string | Uint8Array } = {},
  ): Promise<CliRun> {
    const written = { out: '', err: '' };
    const { input = '', ...around } = given;
    const code = await main(args, {
      stdin: Readable.from([Buffer.from(input)]),
      stdout: { write: (text) => (written.out += Buffer.from(text).toString()) },
      stderr: { write: (text) => (written.err += text) },
      env: {},
      cwd: this.path,
      now: () => new Date('2026-11-20T10:00:00Z'),
      fetch: () => Promise.reject(new Error('there is no network')),
      ...around,
    });
    return { code, ...written };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The lines of a text of NDJSON. */
export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}
