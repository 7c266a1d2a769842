import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import { askService, pageOf, refusalFrom } from '../http/ask-service.js';
import { CallerAs, Side, type Caller } from '../http/caller.js';
import { CheckedPipe } from '../http/checked.pipe.js';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { TraceIdPipe } from '../http/path.pipes.js';
import type { RequestTrace } from '../http/request-trace.js';
import { Trace } from '../http/trace.decorator.js';
import { AuditVerificationDto, TracePageDto } from './audit.dto.js';
import { TraceQuery } from './trace.query.js';

/** How long the whole chain may take to verify, in milliseconds. */
const VERIFY_TIMEOUT_MS = 60_000;

/** `GET /api/v1/traces/:trace_id` and `GET /api/v1/audit/verify`. */
@ApiTags('audit')
@Controller('api/v1')
export class AuditController {
  constructor(@Inject(busOf(Service.Gateway)) private readonly bus: Bus) {}

  @Get('traces/:trace_id')
  @ApiOperation({ operationId: 'getTrace', summary: 'Everything the audit log knows of a trace, in order' })
  @ApiOkResponse({ type: TracePageDto })
  @ApiProblems(400, 401, 403, 404, 503)
  async trace(
    @CallerAs(Side.Operator) caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('trace_id', TraceIdPipe) traceId: string,
    @Query(new CheckedPipe()) query: TraceQuery,
  ) {
    const question = {
      tenant_id: caller.tenant,
      trace_id: traceId,
      limit: query.limit,
      after_seq: query.after,
    };
    const answer = await askService(this.bus, Subjects.queryTrace.address({}), question, trace);
    if (!answer.ok) throw refusalFrom(answer, { not_found: 'There is no such trace.' });
    return { trace_id: traceId, ...pageOf(answer) };
  }

  @Get('audit/verify')
  @ApiOperation({ operationId: 'verifyAudit', summary: 'Recomputes the whole audit chain' })
  @ApiOkResponse({ type: AuditVerificationDto })
  @ApiProblems(400, 401, 403, 503)
  async verify(
    @NoQuery() _query: undefined,
    @CallerAs(Side.Operator) _caller: Caller,
    @Trace() trace: RequestTrace,
  ) {
    const subject = Subjects.queryAuditVerify.address({});
    const answer = await askService(this.bus, subject, {}, trace, VERIFY_TIMEOUT_MS);
    // A broken chain is a finding about the log, not a failure of the question.
    if (!answer.ok && answer.code !== '') throw refusalFrom(answer, {});
    return { ok: answer.ok, ...answer.members };
  }
}
