import { Logger, type Provider } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import type { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { readRuling } from './read-ruling.js';
import type { AskPolicy, Ruling } from './ruling.js';

/** Injection token of {@link AskPolicy}. */
export const ASK_POLICY = 'countersign:approval-service:ask-policy';

/** How long the policy may take to answer, in milliseconds: what the gateway waits for a vote is more than twice as long. */
const ANSWER_WITHIN_MS = 2_000;

/** Asks the evaluator over the bus. */
export function policyAsker(bus: Pick<Bus, 'request'>): AskPolicy {
  const logger = new Logger('approval policy');
  return async ({ tenant_id, job_id, job_hash, edited, action }): Promise<Ruling> => {
    const question = { tenant_id, job_id, ...(edited === undefined ? {} : { job: edited }) };
    try {
      const answer = await bus.request(
        Subjects.commandPolicyReevaluate.address({}),
        question,
        ANSWER_WITHIN_MS,
      );
      return readRuling(answer, { job_hash, action });
    } catch (error) {
      logger.warn({
        message: 'the policy could not be asked, nobody approves',
        job_id,
        error: String(error),
      });
      return { kind: 'unavailable' };
    }
  };
}

export const policyAskerProvider: Provider = {
  provide: ASK_POLICY,
  inject: [busOf(Service.ApprovalService)],
  useFactory: policyAsker,
};
