import {
  EventType,
  producerUser,
  sourceOf,
  Subjects,
  type JobEvents,
  type JobRequest,
  type Output,
} from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { Bus, type PublishOutcome } from '@countersign/messaging';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { TestPlatform } from './platform.js';

const NAME = 'local-producer';
const MINE = { tenant: 'default', producer: NAME };

/** A job that is allowed at once, with an id of its own. */
export function aRead(over: Partial<JobRequest> = {}): JobRequest & { readonly job_id: string } {
  return {
    topic: 'job.mcp-bridge.read.list_tickets',
    tenant_id: 'default',
    job_id: newUlid(),
    ...over,
  };
}

/** The producer `local-producer` with a broker connection of its own. */
export class BusProducer {
  /** What it was told. */
  readonly outputs: Output[] = [];
  readonly events: { readonly subject: string; readonly body: JobEvents }[] = [];

  private constructor(readonly bus: Bus) {
    bus.subscribe(Subjects.output.filter(MINE), (data) => {
      this.outputs.push(JSON.parse(Buffer.from(data).toString()) as Output);
    });
    bus.subscribe(Subjects.eventJob.filter(MINE), (data, subject) => {
      this.events.push({ subject, body: JSON.parse(Buffer.from(data).toString()) as JobEvents });
    });
  }

  static async connect({ servers }: TestPlatform): Promise<BusProducer> {
    const user = producerUser(NAME);
    const seed = await servers.keys.seedOf(user);
    const producer = new BusProducer(await Bus.connect({ servers: servers.natsUrl, user, seed }));
    await producer.bus.flush();
    return producer;
  }

  /** Publishes a job as it is, under an event id and a number of its sending. */
  async send(
    tail: string,
    body: string,
    event: { readonly id?: string; readonly sendNumber?: number } = {},
  ): Promise<PublishOutcome | undefined> {
    const [outcome] = await this.bus.publish([
      {
        subject: Subjects.job.address({ tail }),
        id: event.id ?? newUlid(),
        type: EventType.Job,
        source: sourceOf(NAME),
        body,
        time: new Date().toISOString(),
        ...(event.sendNumber === undefined ? {} : { sendNumber: event.sendNumber }),
      },
    ]);
    return outcome;
  }

  /** Publishes a job and sees that the broker has it. */
  async submit(job: JobRequest): Promise<void> {
    expect(await this.send(job.topic.slice('job.'.length), JSON.stringify(job))).toBe('stored');
  }

  outputsOf(jobId: string | undefined): readonly Output[] {
    return this.outputs.filter((output) => output.job_id === jobId);
  }

  /** Waits for the output of a job. */
  async getsOutput(jobId: string): Promise<void> {
    await vi.waitFor(() => expect(this.outputsOf(jobId)).not.toEqual([]), { timeout: 15_000 });
  }
}

/** A producer for the tests of the enclosing `describe`. */
export function useBusProducer(platform: () => TestPlatform): () => BusProducer {
  let producer: BusProducer | undefined;
  beforeAll(async () => {
    producer = await BusProducer.connect(platform());
  });
  afterAll(() => producer?.bus.close());
  return () => {
    if (!producer) throw new Error('the producer is used before it was connected');
    return producer;
  };
}
