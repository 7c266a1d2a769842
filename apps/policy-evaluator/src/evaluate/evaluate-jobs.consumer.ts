import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, Service, Subjects } from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import { roadOf, type Road } from '@countersign/service-kit';
import { EvaluateJobsHandler } from './evaluate-jobs.handler.js';

/** Only services name their own events; a producer could name a victim's. */
const fromService = (subject: string) => {
  const producer = Subjects.jobFrom.parse(subject)?.producer;
  return producer === 'gateway' || producer === 'approval-service' || producer === 'policy-evaluator';
};

/** JOBS → decisions. */
@Controller()
export class EvaluateJobsConsumer {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Road,
    private readonly handler: EvaluateJobsHandler,
  ) {}

  @Consume(CONSUMERS.evaluateJobs)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle(
      CONSUMERS.evaluateJobs,
      { schema: null, type: EventType.Job, bare: true, trusted: fromService },
      batch,
      (work, facts) => this.handler.handle(work, facts),
    );
  }
}
