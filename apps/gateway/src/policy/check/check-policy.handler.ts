import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  CheckFailMode,
  CheckFailure,
  CheckOutcome,
  DecisionType,
  Header,
  Service,
  Subjects,
  type JobRequest,
  type PolicyCheckRequest,
} from '@countersign/contracts';
import { CodedError, newUlid } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { readAnswer, type ServiceAnswer } from '../../http/ask-service.js';
import type { RequestTrace } from '../../http/request-trace.js';
import type { Caller } from '../../identity/caller.js';
import { prepareSubmission, type Submission } from '../../submit/submission.js';
import { policyRefusal } from '../policy-refusal.js';
import { CheckFailureLog, type FailedCheck } from './check-failure-log.js';
import { CHECK_SETTINGS, type CheckSettings } from './check-settings.js';
import { CircuitBreaker } from './circuit-breaker.js';

/** How long a caller waits for a check at most, in milliseconds. */
export const CHECK_DEADLINE_MS = 2_000;
/** How long one try may take, in milliseconds. */
export const TRY_TIMEOUT_MS = 250;
/** What is left of the deadline for writing down that there was no answer, in milliseconds. */
const AUDIT_MS = 300;
/** Pause after a try that failed at once, in milliseconds. */
const RETRY_PAUSE_MS = 50;
/** So many tries in a row without an answer, and nobody is asked for so long, in milliseconds. */
const BREAKER = { failures: 5, restMs: 1_000 };

const TYPES: ReadonlySet<unknown> = new Set(Object.values(DecisionType));

type Try =
  | { readonly answer: ServiceAnswer; readonly failure?: undefined }
  | { readonly failure: CheckFailure; readonly answer?: undefined };

/** Asks what would be decided. An answer comes within two seconds: the policy's, or, marked as such, that of the fail mode. */
@Injectable()
export class CheckPolicyHandler {
  private readonly breaker = new CircuitBreaker(BREAKER);

  constructor(
    @Inject(busOf(Service.Gateway)) private readonly bus: Pick<Bus, 'request'>,
    @Inject(CHECK_SETTINGS) private readonly settings: CheckSettings,
    private readonly log: CheckFailureLog,
  ) {}

  /** Throws what submitting the same job would be refused with. */
  async check(request: JobRequest, caller: Caller, trace: RequestTrace): Promise<object> {
    const startedAtMs = performance.now();
    const submission = prepareSubmission(request, caller, trace, newUlid());
    const question: PolicyCheckRequest = {
      request,
      verified: { caller: caller.name, tenant_id: caller.tenant, by: caller.by },
    };
    const { answer, failure } = await this.ask(question, trace, startedAtMs + CHECK_DEADLINE_MS - AUDIT_MS);
    if (answer?.ok) return { ...answer.members, authoritative: true };
    if (answer !== undefined) throw policyRefusal(answer);
    return this.answerOfNobody(failedCheck(submission, caller, trace), failure);
  }

  private async ask(question: PolicyCheckRequest, trace: RequestTrace, deadlineMs: number): Promise<Try> {
    let failure: CheckFailure = CheckFailure.BreakerOpen;
    while (performance.now() < deadlineMs && this.breaker.admits()) {
      const made = await this.tryOnce(
        question,
        trace,
        Math.min(TRY_TIMEOUT_MS, deadlineMs - performance.now()),
      );
      if (made.answer !== undefined) {
        this.breaker.succeeded();
        return made;
      }
      this.breaker.didFail();
      ({ failure } = made);
      // Where nobody is there, the answer comes at once.
      if (failure === CheckFailure.Unavailable) await pause(RETRY_PAUSE_MS);
    }
    return { failure };
  }

  private async tryOnce(question: PolicyCheckRequest, trace: RequestTrace, timeoutMs: number): Promise<Try> {
    try {
      const headers = { [Header.Traceparent]: trace.traceparent };
      const said = await this.bus.request(
        Subjects.policyCheck.address({}),
        question,
        Math.max(1, Math.floor(timeoutMs)),
        headers,
      );
      const answer = readAnswer(said);
      if (answer === undefined || (answer.ok && !TYPES.has(answer.members['type'])))
        return { failure: CheckFailure.Unavailable };
      if (!answer.ok && answer.code === 'unavailable') return { failure: CheckFailure.Unavailable };
      return { answer };
    } catch (error) {
      if (error instanceof CodedError && error.code === 'timeout') return { failure: CheckFailure.Timeout };
      if (error instanceof CodedError && error.code === 'unavailable')
        return { failure: CheckFailure.Unavailable };
      throw error;
    }
  }

  private async answerOfNobody(
    check: Omit<FailedCheck, 'outcome' | 'cause' | 'environment'>,
    cause: CheckFailure,
  ) {
    const { environment, failMode } = this.settings;
    const told = { ...check, cause, environment };
    const isOpen =
      failMode === CheckFailMode.Allow &&
      (await this.isWrittenDown({ ...told, outcome: CheckOutcome.FailedOpen }));
    if (!isOpen) this.log.recordClosed({ ...told, outcome: CheckOutcome.FailedClosed });
    return {
      type: isOpen ? DecisionType.Allow : DecisionType.Deny,
      rule_ids: [],
      reason: `The policy could not be asked (${cause}): this is what the fail mode says, not the policy.`,
      reason_code: 'check_unavailable',
      derived_tags: [],
      constraints: {},
      obligations: {},
      policy_snapshot: null,
      evaluated_at: new Date().toISOString(),
      authoritative: false,
      fail_mode: isOpen ? CheckFailMode.Allow : CheckFailMode.Deny,
      cause,
    };
  }

  /** Nobody is let through unseen: what can't be written down in time is denied. */
  private async isWrittenDown(check: FailedCheck): Promise<boolean> {
    const late = new AbortController();
    const written = this.log.recordOpen(check).then(
      () => true,
      () => false,
    );
    const inTime = await Promise.race([
      written,
      pause(AUDIT_MS, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    return inTime;
  }
}

function failedCheck({ row }: Submission, caller: Caller, trace: RequestTrace) {
  return {
    tenant_id: caller.tenant,
    by: caller.name,
    topic: row.topic,
    agent_id: row.agent_id,
    job_hash: row.job_hash,
    traceparent: trace.traceparent,
  };
}
