import { setTimeout as delay } from 'node:timers/promises';
import { EventType, Subjects } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Bus } from '@countersign/messaging';

/** Time between two jobs, in milliseconds: work is under way all the time, on the smallest machine. */
const PACE_MS = 25;
const TOPIC_TAIL = 'mcp-bridge.read.list_tickets';

/** Sends jobs one after the other, each until the broker has it. */
export class SteadyLoad {
  readonly jobIds: string[] = [];
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly bus: Bus) {
    this.running = this.run();
  }

  /** Ends after the job in hand; gives the ids of all that were stored. */
  async stop(): Promise<readonly string[]> {
    this.stopped = true;
    await this.running;
    return this.jobIds;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const jobId = newUlid();
      while ((await send(this.bus, TOPIC_TAIL, jobId)) === 'failed') await delay(PACE_MS);
      this.jobIds.push(jobId);
      await delay(PACE_MS);
    }
  }
}

/** Publishes a job that is allowed at once. */
export async function send(bus: Bus, tail: string, jobId: string, tenant = 'default'): Promise<string> {
  const body = { topic: `job.${tail}`, tenant_id: tenant, job_id: jobId };
  const [outcome] = await bus.publish([
    {
      subject: Subjects.job.address({ tail }),
      id: newUlid(),
      type: EventType.Job,
      source: '/countersign/test',
      body: JSON.stringify(body),
      time: new Date().toISOString(),
    },
  ]);
  return outcome ?? 'failed';
}
