import { Inject, Injectable } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, type ServiceAnswer } from '../http/ask-service.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { Caller } from '../identity/caller.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { policyRefusal } from './policy-refusal.js';

/** How long the evaluator may take to compile and test a policy, or to decide a page of jobs again, in milliseconds. */
export const LONG_ANSWER_MS = 30_000;

/** The policy-evaluator as callers over HTTP may ask it. */
@Injectable()
export class PolicyEvaluator {
  constructor(
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  /** Asks, and gives the members of the answer. Throws what its refusal calls for. */
  async ask(
    subject: { address(params: Readonly<Record<never, never>>): string },
    question: object,
    trace: RequestTrace,
    timeoutMs = LONG_ANSWER_MS,
  ): Promise<(ServiceAnswer & { ok: true })['members']> {
    const answer = await askService(this.bus, subject.address({}), question, trace, timeoutMs);
    if (answer.ok) return answer.members;
    throw policyRefusal(answer);
  }

  /** Whether a caller is of the platform's own tenant, which sees what is about all of them. */
  isOfPlatform(caller: Caller): boolean {
    return caller.tenant === this.settings.platformTenant;
  }

  /** The policy is shared by all tenants: only the platform's own changes it. Throws `platform_tenant_required`. */
  mayChange(caller: Caller): void {
    if (!this.isOfPlatform(caller))
      throw new ApiError(
        'platform_tenant_required',
        'All tenants share the policy; only callers of the platform’s own tenant change it.',
      );
  }
}
