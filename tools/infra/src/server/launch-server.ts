import { spawn, type ChildProcess } from 'node:child_process';
import { InfraError, reasonOf } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { killOnExit } from './exit-guard.js';
import { LogTail } from './log-tail.js';
import { removePidRecord, writePidRecord, type PidRecord } from './pid-record.js';
import type { RunningServer, ServerExit } from './running-server.js';

/** How long a server may take to say that it is ready, in milliseconds; crash recovery of PostgreSQL is the slow case. */
const READY_MS = 60_000;
/** How long an orderly stop may take, in milliseconds, before the server is killed. */
const STOP_MS = 20_000;

/** One server to start. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Run as this user; only the superuser may ask for it. */
  readonly user?: { uid: number; gid: number } | undefined;
  /** Text of the log line that announces readiness. */
  readonly readyText: string;
  /** The server's own signal for an orderly end. */
  readonly stopSignal: NodeJS.Signals;
  readonly record: PidRecord;
  /** What to suggest when it does not start. */
  readonly remedy: string;
  readonly log?: InfraLog | undefined;
}

/** Starts a server and waits until its log announces readiness. Fails with the end of its log. */
export async function launchServer(launch: Launch): Promise<RunningServer> {
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    stdio: ['ignore', 'ignore', 'pipe'],
    // An own session: Ctrl-C reaches only the starter, which stops its services first and the servers last.
    detached: true,
    ...(launch.user ?? {}),
  });
  const exited = exitOf(child);
  const tail = new LogTail(child.stderr, launch.log);
  killOnExit(child);
  const { pid } = child;
  if (pid !== undefined) {
    writePidRecord(launch.record, pid);
    void exited.then(() => removePidRecord(launch.record, pid));
  }
  try {
    await untilReady(child, tail, launch);
  } catch (thrown) {
    child.kill('SIGKILL');
    await exited;
    throw thrown;
  }
  return runningServer(child, exited, launch);
}

function exitOf(child: ChildProcess): Promise<ServerExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    // A program that cannot be spawned emits no exit, only this error; untilReady reports it.
    child.once('error', () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

function untilReady(child: ChildProcess, tail: LogTail, launch: Launch): Promise<void> {
  const { name } = launch.record;
  return new Promise((resolve, reject) => {
    const fail = (problem: string): void => {
      settle();
      const log = tail.text();
      reject(
        new InfraError(log === '' ? problem : `${problem}; its last lines were:\n${log}`, launch.remedy),
      );
    };
    const timer = setTimeout(() => fail(`${name} did not get ready within ${READY_MS / 1000} s`), READY_MS);
    const unwatch = tail.onceLine(launch.readyText, () => {
      settle();
      resolve();
    });
    const settle = (): void => {
      clearTimeout(timer);
      unwatch();
    };
    child.once('error', (error) => fail(`${name} could not be started: ${reasonOf(error)}`));
    // 'close' comes after 'exit' once the log is read to its end, so the reason is in the tail by then.
    child.once('close', (code, signal) =>
      fail(`${name} ended during start-up (${signal ?? `code ${code}`})`),
    );
  });
}

function runningServer(child: ChildProcess, exited: Promise<ServerExit>, launch: Launch): RunningServer {
  const { pid } = child;
  if (pid === undefined) throw new InfraError(`${launch.record.name} has no process id`, launch.remedy);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const timer = setTimeout(() => {
      launch.log?.(
        `${launch.record.name} (process ${pid}) ignored ${signal} for ${STOP_MS / 1000} s; killing it`,
      );
      child.kill('SIGKILL');
    }, STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  return {
    pid,
    process: child,
    exited,
    stop: (signal = launch.stopSignal) => end(signal),
    kill: () => end('SIGKILL'),
    reload: () => {
      child.kill('SIGHUP');
    },
  };
}
