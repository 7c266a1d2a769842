import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, InfraError } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { processFacts } from './process-table.js';

/** How long a leftover server may take to end in order, in milliseconds, before it is killed. */
const ORDERLY_MS = 10_000;
/** How long a killed process may take to disappear, in milliseconds. */
const KILLED_MS = 5_000;
/** Pause between two looks at a process that is not our child, in milliseconds. */
const LOOK_MS = 50;

/** Where a server's process id is recorded, and how to tell that a process is that server. */
export interface PidRecord {
  readonly file: string;
  /** Arguments only this server has, such as `-D /its/data`. Guards against a process id that was given out again. */
  readonly marker: string;
  /** The server's name in messages. */
  readonly name: string;
}

/**
 * Records a server and the process that started it; the file is removed when the server ends.
 *
 * The folder may belong to the server's unprivileged account while the starter is root, so the file is always created
 * anew: writing through a link somebody put there would change a file elsewhere.
 */
export function writePidRecord(record: PidRecord, pid: number): void {
  rmSync(record.file, { force: true });
  writeFileSync(record.file, `${pid}\n${process.pid}\n`, { mode: 0o644, flag: 'wx' });
}

/** Removes the record of a server that has ended, unless a newer server has written its own there. */
export function removePidRecord(record: PidRecord, pid: number): void {
  if (read(record)?.pid === pid) rmSync(record.file, { force: true });
}

/** Whether the recorded server runs on although the process that started it is gone. */
export function isAbandoned(record: PidRecord): boolean {
  const recorded = read(record);
  const facts = recorded && processFacts(recorded.pid);
  return (
    facts !== undefined && isMarked(facts.commandLine, record.marker) && facts.parentPid !== recorded?.starter
  );
}

/**
 * Stops the server a crashed run left behind.
 *
 * A recorded server whose starter is still its parent is in use, not left over: it is not touched and the start is
 * refused. A process that merely has the same id is not touched either.
 */
export async function stopLeftover(record: PidRecord, signal: NodeJS.Signals, log?: InfraLog): Promise<void> {
  const recorded = read(record);
  if (!recorded) return;
  const facts = processFacts(recorded.pid);
  if (facts && isMarked(facts.commandLine, record.marker)) {
    if (facts.parentPid === recorded.starter) {
      throw new InfraError(
        `${record.name} already runs here as process ${recorded.pid}, started by process ${recorded.starter}`,
        `stop process ${recorded.starter} first, or use another folder.`,
      );
    }
    log?.(`stopping ${record.name} left behind by an earlier run (process ${recorded.pid})`);
    await endForeign(record, recorded.pid, signal);
  }
  rmSync(record.file, { force: true });
}

async function endForeign(record: PidRecord, pid: number, signal: NodeJS.Signals): Promise<void> {
  if (await endsAfter(record, pid, signal, ORDERLY_MS)) return;
  if (await endsAfter(record, pid, 'SIGKILL', KILLED_MS)) return;
  throw new InfraError(
    `${record.name} of an earlier run (process ${pid}) does not end`,
    `end process ${pid} by hand.`,
  );
}

async function endsAfter(
  record: PidRecord,
  pid: number,
  signal: NodeJS.Signals,
  ms: number,
): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    if (hasCode(thrown, 'ESRCH')) return true;
    throw new InfraError(`cannot signal ${record.name} (process ${pid})`, `end process ${pid} by hand.`, {
      cause: thrown,
    });
  }
  for (const end = Date.now() + ms; Date.now() < end; await delay(LOOK_MS)) {
    if (!isMarked(processFacts(pid)?.commandLine ?? '', record.marker)) return true;
  }
  return false;
}

function isMarked(commandLine: string, marker: string): boolean {
  return ` ${commandLine} `.includes(` ${marker} `);
}

function read(record: PidRecord): { pid: number; starter: number } | undefined {
  let text: string;
  try {
    text = readFileSync(record.file, 'utf8');
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
  const found = /^(\d+)\n(\d+)\n$/.exec(text);
  // A torn write names nobody; the server it should have named is then found by its own lock or its port.
  return found ? { pid: Number(found[1]), starter: Number(found[2]) } : undefined;
}
