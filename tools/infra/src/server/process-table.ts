import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What the operating system says about a process that is alive. */
export interface ProcessFacts {
  /** Program and arguments, joined by single spaces. */
  readonly commandLine: string;
  readonly parentPid: number;
}

/** Looks a process up; `undefined` if there is none, or if it has ended and only waits to be collected. */
export function processFacts(pid: number): ProcessFacts | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessFacts | undefined {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').replaceAll('\0', ' ');
    const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    // A process that has ended keeps its entry until its parent collects it, with an empty command line.
    return commandLine === '' || !parent ? undefined : { commandLine, parentPid: Number(parent[1]) };
  } catch {
    return undefined; // gone between or before the reads: the answer is the same
  }
}

function fromPs(pid: number): ProcessFacts | undefined {
  try {
    const line = execFileSync('ps', ['-p', String(pid), '-o', 'ppid=,command='], { encoding: 'utf8' }).trim();
    const found = /^(\d+)\s+(.+)$/s.exec(line);
    return found?.[2] === undefined ? undefined : { commandLine: found[2], parentPid: Number(found[1]) };
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
}
