import { Controller, Inject } from '@nestjs/common';
import { PolicyExplainRequest, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { explain, withScannedInput, type PolicyRequest } from '@countersign/policy-engine';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { questionOf } from '../check/check-job.js';
import { findDecision, questionBehind } from '../evaluate/recorded-decision.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { SnapshotLibrary } from '../policy/snapshot-library.js';
import { tellExplanation } from './tell-explanation.js';

/** What is to be explained: the question, and the policy that it was or would be put to. */
interface Asked {
  readonly question: PolicyRequest;
  readonly snapshot: string | undefined;
}

/** Tells of every rule whether it matched a job, or the first of its conditions that did not hold (P12). */
@Controller()
export class ExplainJobResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'forTenant'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
  ) {}

  @Respond(Subjects.queryPolicyExplain.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyExplainRequest, batch, (request) => this.explain(request));
  }

  private async explain(request: PolicyExplainRequest): Promise<object> {
    const asked = await this.read(request);
    if (!('question' in asked)) return asked;
    const active = this.policy.snapshot;
    const chosen = await this.library.choose(
      asked.snapshot === undefined ? {} : { snapshot: asked.snapshot },
      active,
    );
    if (!chosen.ok) return chosen;
    const { question } = asked;
    const explanation = explain(chosen.snapshot, withScannedInput(chosen.snapshot, question));
    return {
      ok: true,
      policy_snapshot: chosen.snapshot.hash,
      evaluated_at: question.now,
      ...tellExplanation(chosen.snapshot, explanation, request),
    };
  }

  /** A job that is sent, or one that was decided, with the policy and at the time of then unless others are named. */
  private async read(request: PolicyExplainRequest): Promise<Asked | object> {
    const { verified, job_id: jobId, snapshot, now } = request;
    if ((request.request === undefined) === (jobId === undefined))
      return refusal('invalid_field', { pointer: '/job' });
    if (request.request !== undefined) {
      if (request.request.tenant_id !== verified.tenant_id)
        return refusal('tenant_mismatch', { pointer: '/job/tenant_id' });
      const question = questionOf({ request: request.request, verified }, now ?? new Date().toISOString());
      return { question, snapshot } satisfies Asked;
    }
    const { tenant_id: tenant } = verified;
    const recorded = await this.road.forTenant(tenant).read((sql) => findDecision(sql, tenant, jobId ?? ''));
    if (!recorded) return refusal('not_found');
    const question = questionBehind(recorded, now);
    return { question, snapshot: snapshot ?? recorded.policy_snapshot } satisfies Asked;
  }
}
