import type { ChildProcess } from 'node:child_process';

/** How a server ended: an exit code, or the signal that ended it. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server process this package started. */
export interface RunningServer {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Settles when the process is gone, for whatever reason; never rejects. */
  readonly exited: Promise<ServerExit>;
  /**
   * Asks the server to end and waits until it has. The default signal is the server's own orderly one. A server that
   * does not end within 20 seconds is killed. Calling it again, or after a crash, does nothing.
   */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends the server at once (SIGKILL), as a crash would, and waits until it is gone. */
  kill(): Promise<void>;
  /** Asks the server to read its configuration again (SIGHUP). Does not wait for it. */
  reload(): void;
}
