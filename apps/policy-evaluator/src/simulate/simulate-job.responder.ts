import { Controller, Inject } from '@nestjs/common';
import { PolicySimulateRequest, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { answerEach, refusal } from '../answer-requests.js';
import { questionOf } from '../check/check-job.js';
import { answerOf } from '../evaluate/answer.js';
import { differencesOf } from '../evaluate/recorded-decision.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { SnapshotLibrary } from '../policy/snapshot-library.js';

/** Decides one job under a policy that need not be in force, beside the one that is. */
@Controller()
export class SimulateJobResponder {
  constructor(
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
  ) {}

  @Respond(Subjects.queryPolicySimulate.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicySimulateRequest, batch, (request) => this.simulate(request));
  }

  private async simulate(asked: PolicySimulateRequest): Promise<object> {
    const { verified, request, now = new Date().toISOString() } = asked;
    if (request.tenant_id !== verified.tenant_id)
      return refusal('tenant_mismatch', { pointer: '/job/tenant_id' });
    const active = this.policy.snapshot;
    const { ok, ...chosen } = await this.library.choose(asked, active);
    if (!ok || !('snapshot' in chosen)) return { ok: false, ...chosen };
    const question = questionOf({ request, verified }, now);
    const [answer, current] = [chosen.snapshot, active].map((snapshot) => ({
      ...answerOf(snapshot, question),
      policy_snapshot: snapshot.hash,
    }));
    if (!answer || !current) throw new TypeError('two policies gave fewer answers');
    const differences = differencesOf(current, answer);
    return { ok: true, decision: answer, active: current, differences, evaluated_at: now };
  }
}
