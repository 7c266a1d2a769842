import { Controller, Inject } from '@nestjs/common';
import { parseBody, PolicyCheckRequest, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { MAX_REQUEST_BYTES, refusal } from '../answer-requests.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { checkJob } from './check-job.js';

/** Says what would be decided. It waits for nothing: no database, no lock. */
@Controller()
export class CheckJobsResponder {
  constructor(@Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>) {}

  @Respond(Subjects.policyCheck.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    const { snapshot } = this.policy;
    const now = new Date().toISOString();
    return Promise.resolve(
      batch.map(({ data }) => {
        const parsed = parseBody(PolicyCheckRequest, data, MAX_REQUEST_BYTES);
        if (!parsed.ok) return refusal(parsed.problem.code, { pointer: parsed.problem.pointer });
        return checkJob(parsed.value, snapshot, now);
      }),
    );
  }
}
