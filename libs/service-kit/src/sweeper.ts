import { Logger, type OnApplicationShutdown } from '@nestjs/common';

/**
 * Asks questions of stored state again and again. It holds no state of its own: what is due is decided by the query,
 * so a restart forgets nothing.
 */
export class Sweeper implements OnApplicationShutdown {
  private readonly logger: Logger;
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(name: string) {
    this.logger = new Logger(`${name} sweeper`);
  }

  /** Runs `task` every `intervalMs` milliseconds after its last run has ended. A failing run is logged and tried again. */
  every(name: string, intervalMs: number, task: () => Promise<unknown>): void {
    const arm = () => {
      if (this.stopped) return;
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        const run = task()
          .catch((error: unknown) =>
            this.logger.warn({ message: 'sweep failed', sweep: name, error: String(error) }),
          )
          .then(() => {
            this.running.delete(run);
            arm();
          });
        this.running.add(run);
      }, intervalMs);
      this.timers.add(timer);
    };
    arm();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running);
  }
}
