import { Type } from '@sinclair/typebox';
import { Controller, Inject } from '@nestjs/common';
import { parseBody, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { findTrace } from './find-trace.js';

/** Most entries of one answer: 500 summaries stay below the broker's 2 MB. */
const MAX_ITEMS = 500;

const TraceRequest = Type.Object(
  {
    tenant_id: Type.String({ pattern: '^[a-z0-9_-]+$', maxLength: 64 }),
    trace_id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_ITEMS })),
    after_seq: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false },
);

/** Answers what happened in a trace. */
@Controller()
export class AnswerTraceResponder {
  constructor(@Inject(roadOf(Service.AuditWriter)) private readonly road: Road) {}

  @Respond(Subjects.queryTrace.template)
  answer(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return Promise.all(batch.map((request) => this.answerOne(request)));
  }

  private async answerOne(request: BusRequest): Promise<unknown> {
    const parsed = parseBody(TraceRequest, request.data);
    if (!parsed.ok) return { ok: false, code: parsed.problem.code, pointer: parsed.problem.pointer };
    const { tenant_id, trace_id, limit = MAX_ITEMS, after_seq = 0 } = parsed.value;
    const question = { tenantId: tenant_id, traceId: trace_id, afterSeq: after_seq, limit };
    const page = await this.road.forTenant(tenant_id).read((sql) => findTrace(sql, question));
    return { ok: true, trace_id, ...page };
  }
}
