import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { askService, pageOf, refusalFrom } from '../http/ask-service.js';
import { CheckedPipe } from '../http/checked.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { TraceIdPipe } from '../http/path.pipes.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import type { Caller } from '../identity/caller.js';
import { Operation } from '../identity/operation.decorator.js';
import { VerifiedCaller } from '../identity/request-context.js';
import { isTraceKnown } from '../intake/intake.store.js';
import { AuditVerificationDto, TracePageDto } from './audit.dto.js';
import { TraceQuery } from './trace.query.js';

/** How long the whole chain may take to verify, in milliseconds. */
const VERIFY_TIMEOUT_MS = 60_000;

interface WantedTrace {
  readonly caller: Caller;
  readonly trace: RequestTrace;
  readonly traceId: string;
}

/** `GET /api/v1/traces/:trace_id` and `GET /api/v1/audit/verify`. */
@ApiTags('audit')
@Controller('api/v1')
export class AuditController {
  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  @Get('traces/:trace_id')
  @Operation('getTrace', 'Everything the audit log knows of a trace, in order')
  @ApiOkResponse({ type: TracePageDto })
  @ApiProblems(400, 401, 403, 404, 503)
  async trace(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('trace_id', TraceIdPipe) traceId: string,
    @Query(new CheckedPipe()) query: TraceQuery,
  ) {
    const page = await this.pageOfTrace({ caller, trace, traceId }, query);
    // Past the last entry there is nothing either, and a job that was just taken in is not in the log yet.
    const isKnown =
      page.items.length > 0 ||
      (query.after > 0 && (await this.isRecorded({ caller, trace, traceId }))) ||
      (await this.road.forTenant(caller.tenant).read((sql) => isTraceKnown(sql, caller.tenant, traceId)));
    if (!isKnown) throw new ApiError('not_found', 'There is no such trace.');
    return { trace_id: traceId, ...page };
  }

  @Get('audit/verify')
  @Operation('verifyAudit', 'Recomputes the whole audit chain')
  @ApiOkResponse({ type: AuditVerificationDto })
  @ApiProblems(400, 401, 403, 503)
  async verify(
    @NoQuery() _query: undefined,
    @VerifiedCaller() _caller: Caller,
    @Trace() trace: RequestTrace,
  ) {
    const subject = Subjects.queryAuditVerify.address({});
    const answer = await askService(this.bus, subject, {}, trace, VERIFY_TIMEOUT_MS);
    // A broken chain is a finding about the log, not a failure of the question.
    if (!answer.ok && answer.code !== '') throw refusalFrom(answer, {});
    return { ok: answer.ok, ...answer.members };
  }

  private async isRecorded(wanted: WantedTrace): Promise<boolean> {
    return (await this.pageOfTrace(wanted, { limit: 1, after: 0 })).items.length > 0;
  }

  private async pageOfTrace({ caller, trace, traceId }: WantedTrace, { limit, after }: TraceQuery) {
    const question = { tenant_id: caller.tenant, trace_id: traceId, limit, after_seq: after };
    const answer = await askService(this.bus, Subjects.queryTrace.address({}), question, trace);
    if (!answer.ok) throw refusalFrom(answer, { not_found: 'There is no such trace.' });
    return pageOf(answer);
  }
}
