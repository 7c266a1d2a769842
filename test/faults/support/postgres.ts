import { startPostgres, type RunningPostgres } from '@countersign/infra';

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

  /** Ends the server that it started; the first one is ended by who started that. */
  async stop(): Promise<void> {
    await this.again?.stop();
  }
}
