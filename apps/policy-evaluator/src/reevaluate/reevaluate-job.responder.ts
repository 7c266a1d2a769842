import { Controller, Inject } from '@nestjs/common';
import { PolicyReevaluateRequest, Service, Subjects } from '@countersign/contracts';
import { parseStrictJson, sha256Digest } from '@countersign/kernel';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { answerOf } from '../evaluate/answer.js';
import { differencesOf, findDecision, questionBehind } from '../evaluate/recorded-decision.js';
import { ActivePolicy } from '../policy/active-policy.js';

/** What the policy says now of a job that it has decided about. Nothing is stored: whoever asks acts on it. */
@Controller()
export class ReevaluateJobResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'forTenant'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
  ) {}

  @Respond(Subjects.commandPolicyReevaluate.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyReevaluateRequest, batch, ({ tenant_id, job_id, job }) =>
      this.answer(tenant_id, job_id, job),
    );
  }

  private async answer(tenant: string, jobId: string, edited: string | undefined): Promise<object> {
    const recorded = await this.road.forTenant(tenant).read((sql) => findDecision(sql, tenant, jobId));
    if (!recorded) return refusal('not_found');
    const { snapshot } = this.policy;
    const now = new Date().toISOString();
    // An edited job is judged as if the same sender had sent it, and looked at anew.
    const { input: _input, ...unscanned } = recorded;
    const asked = edited === undefined ? recorded : { ...unscanned, job: edited };
    if (edited !== undefined && !parseStrictJson(edited).ok)
      return refusal('invalid_field', { pointer: '/job' });
    const answer = answerOf(snapshot, questionBehind(asked, now));
    const differences = differencesOf(recorded, answer);
    return {
      ok: true,
      ...answer,
      job_hash: edited === undefined ? recorded.job_hash : sha256Digest(edited),
      policy_snapshot: snapshot.hash,
      evaluated_at: now,
      changed: differences.length > 0,
      differences,
    };
  }
}
