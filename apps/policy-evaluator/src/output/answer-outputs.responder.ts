import { setImmediate as breathe } from 'node:timers/promises';
import { Controller, Inject } from '@nestjs/common';
import {
  OutputQuestion,
  Service,
  Subjects,
  type OutputAnswer,
  type OutputJobAnswer,
} from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach } from '../answer-requests.js';
import { findDecisions } from '../evaluate/recorded-decision.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { answerOutput } from './answer-output.js';

/** So many jobs are answered about at a stretch: jobs that are to be decided must not wait for all of them. */
const STRETCH = 16;

/** Says what becomes of findings in outputs. Job ids are unique over all tenants, so the job alone says whose it is. */
@Controller()
export class AnswerOutputsResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
  ) {}

  @Respond(Subjects.queryPolicyOutput.template, { maxBatch: 8 })
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(OutputQuestion, batch, (request) => this.answer(request));
  }

  private async answer({ questions }: OutputQuestion): Promise<OutputAnswer> {
    const ids = questions.map(({ job_id }) => job_id);
    const decided = await findDecisions(this.road.database, ids);
    const { snapshot } = this.policy;
    const answers: OutputJobAnswer[] = [];
    for (const [at, question] of questions.entries()) {
      if (at % STRETCH === STRETCH - 1) await breathe();
      answers.push(answerOutput(question, decided.get(question.job_id), snapshot));
    }
    return { ok: true, answers };
  }
}
