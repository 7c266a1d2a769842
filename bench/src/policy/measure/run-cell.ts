import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '@countersign/standalone';
import type { Cell, CellResult, CellSettings, Windows } from './cell.js';

const SCRIPT = fileURLToPath(new URL('./engine-process.js', import.meta.url));
/** How often a measurement is begun again when its process dies of a signal. */
const TRIES = 3;
/** An engine whose Wasm calls V8 inlines may bring V8 down; after a crash it is measured without that. */
const AFTER_CRASH = ['--no-turbo-inline-js-wasm-calls'];

/** A measurement, or what became of it. */
export interface CellRun extends Cell {
  readonly round: number;
  /** The signals that its processes died of before one lived; empty nearly always. */
  readonly crashes: readonly string[];
  /** Flags that only some runs have. */
  readonly flags: readonly string[];
  /** Absent when every try crashed. */
  readonly result?: CellResult;
}

/**
 * Measures one engine in a process of its own. Outlives its crashes, and tells of them. Throws when it ends by itself
 * with an error: a wrong answer, or rules that don't load.
 */
export async function runCell(cell: Cell, round: number, windows: Windows): Promise<CellRun> {
  const crashes: string[] = [];
  for (;;) {
    const flags = crashes.length === 0 ? [] : AFTER_CRASH;
    const ended = await runOnce({ ...cell, windows }, flags);
    if (typeof ended !== 'string') return { ...cell, round, crashes, flags, result: ended };
    crashes.push(ended);
    if (crashes.length >= TRIES) return { ...cell, round, crashes, flags };
  }
}

/** The result, or the signal that the process died of. */
function runOnce(settings: CellSettings, flags: readonly string[]): Promise<CellResult | string> {
  return new Promise((resolve, reject) => {
    const child = fork(SCRIPT, [JSON.stringify(settings)], { execArgv: [...NODE_FLAGS, ...flags] });
    const kill = () => void child.kill('SIGKILL');
    process.once('exit', kill);
    let result: CellResult | undefined;
    child.on('message', (message) => (result = message as CellResult));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      process.off('exit', kill);
      if (result) resolve(result);
      else if (signal) resolve(signal);
      else reject(new Error(`${settings.engine}, ${settings.rules} rules, ended with ${code} and no result`));
    });
  });
}
