import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, JobEvents, MAX_PAYLOAD_BYTES, Service, tailOf } from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { Road, roadOf, type Fact, type Work } from '@countersign/service-kit';
import { confirmSealed } from '../quarantine/quarantine.store.js';

/** Hears which results the scheduler has put into quarantine: their sealed bytes wait for a review. */
@Controller()
export class ConfirmQuarantineConsumer {
  constructor(@Inject(roadOf(Service.OutputScanner)) private readonly road: Road) {}

  @Consume(CONSUMERS.confirmQuarantine)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<JobEvents>(
      CONSUMERS.confirmQuarantine,
      { schema: JobEvents, type: EventType.JobEvent, maxBytes: MAX_PAYLOAD_BYTES },
      batch,
      confirmQuarantine,
    );
  }
}

/** Notes the quarantined results of a batch of events. */
export async function confirmQuarantine(work: Work, facts: readonly Fact<JobEvents>[]): Promise<void> {
  const results = facts.flatMap(({ body }) =>
    body.jobs.map(({ job_id, attempt, detail }) => {
      const topic = textOf(detail?.['topic']);
      return {
        job_id,
        attempt,
        scanned: textOf(detail?.['scanned']),
        pool: textOf(detail?.['pool']),
        tail: topic === null ? null : (tailOf(topic) ?? null),
      };
    }),
  );
  await confirmSealed(work, results);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
