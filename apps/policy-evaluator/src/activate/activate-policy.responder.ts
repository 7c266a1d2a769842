import { Controller, Inject, Logger } from '@nestjs/common';
import {
  ActivationCause,
  Header,
  PolicyActivateRequest,
  PolicyRollbackRequest,
  Service,
  Subjects,
} from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { loadBundle } from '../bundle/load-bundle.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { matchesPin } from '../policy/policy-pin.js';
import { findSources, lastActivation } from '../policy/policy.store.js';
import { activatePolicy } from './activate-policy.js';

interface Command {
  readonly verified: PolicyActivateRequest['verified'];
  readonly expected_active?: string;
  readonly note?: string;
}

/** Puts a stored policy into force, or the one before back. All processes take it up within a second. */
@Controller()
export class ActivatePolicyResponder {
  private readonly logger = new Logger(Service.PolicyEvaluator);

  constructor(
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'policyPin'>,
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database' | 'run'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'refresh'>,
  ) {}

  @Respond(Subjects.commandPolicyActivate.template)
  activate(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyActivateRequest, batch, (request, from) =>
      this.putIntoForce(request.snapshot, request, ActivationCause.Api, from),
    );
  }

  @Respond(Subjects.commandPolicyRollback.template)
  rollBack(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyRollbackRequest, batch, async (request, from) => {
      const last = await lastActivation(this.road.database);
      if (!last?.previous) return refusal('no_previous_policy');
      if (request.expected_active !== undefined && request.expected_active !== last.hash)
        return refusal('active_changed', { active: last.hash });
      // What is taken back is what was looked at here, not what somebody else has activated since.
      const command = { ...request, expected_active: last.hash };
      return this.putIntoForce(last.previous, command, ActivationCause.Rollback, from);
    });
  }

  private async putIntoForce(
    hash: string,
    { verified, expected_active: expected, note }: Command,
    how: ActivationCause,
    from: BusRequest,
  ): Promise<object> {
    const sources = await findSources(this.road.database, hash);
    if (sources === undefined) return refusal('not_found');
    const loaded = loadBundle(sources);
    if (!loaded.ok) return refusal('invalid_policy', { problems: loaded.problems });
    if (loaded.snapshot.hash !== hash) return refusal('policy_unloadable');
    if (!matchesPin(this.config.policyPin, loaded.snapshot)) return refusal('policy_pinned');
    const traceparent = from.header(Header.Traceparent);
    const activated = await this.road.run((work) =>
      activatePolicy(work, {
        snapshot: loaded.snapshot,
        how,
        by: verified.by,
        tenant: verified.tenant_id,
        ...(note === undefined ? {} : { note }),
        ...(expected === undefined ? {} : { expected }),
        ...(traceparent === undefined ? {} : { traceparent }),
      }),
    );
    if (!activated.ok) return activated;
    // Here at once; the other processes look every second, and so does this one where it can't at once.
    await this.policy
      .refresh()
      .catch((error: unknown) =>
        this.logger.warn({ message: 'an activation is taken up with the next look', error: String(error) }),
      );
    const { changed, seq, previous } = activated;
    return { ok: true, snapshot: hash, previous, changed, seq };
  }
}
