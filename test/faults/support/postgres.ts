import { startPostgres, type RunningPostgres } from '@countersign/infra';
import type pg from 'pg';

/** The database server of a run, which can be killed and started again on its port and its data. */
export class Postgres {
  private again: RunningPostgres | undefined;

  constructor(private readonly first: RunningPostgres) {}

  /** As kill -9 of the server does; its children end with it. */
  async kill(): Promise<void> {
    await (this.again ?? this.first).kill();
  }

  async restart(): Promise<void> {
    const { dataDir, url } = this.first;
    this.again = await startPostgres({ dataDir, port: Number(new URL(url).port), durable: false });
  }

  /** Stops the server and all its children in the middle of what they do. Gives what lets them go on. */
  async stall(database: pg.Pool): Promise<() => void> {
    const { rows } = await database.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
    // First the server: so it starts no more children.
    const pids = [(this.again ?? this.first).pid, ...rows.map(({ pid }) => pid)];
    for (const pid of pids) sendSignal(pid, 'SIGSTOP');
    return () => {
      for (const pid of pids) sendSignal(pid, 'SIGCONT');
    };
  }

  /** Ends the server that it started; the first one is ended by who started that. */
  async stop(): Promise<void> {
    await this.again?.stop();
  }
}

/** A child may have ended since it was counted. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
