import { EventType, OutputChange, Subjects, type OutputEvent, type Verdict } from '@countersign/contracts';
import { traceIdOf } from '@countersign/kernel';
import type { Emission } from '@countersign/service-kit';

interface Cause {
  readonly id: string;
  readonly traceparent: string;
}

/** Tells somebody what kinds of things were found in an output, because the policy wants it. */
export function alertEmission(
  judgement: {
    readonly verdict: Verdict;
    readonly tenantId: string | null;
    readonly alerts: readonly OutputEvent['findings'][number][];
  },
  verdictId: string,
  cause: Cause,
): Emission {
  const { verdict, tenantId, alerts } = judgement;
  return emission(`${verdictId}:alert`, cause, {
    ...base(verdict, cause),
    change: OutputChange.Alert,
    tenant_id: tenantId,
    findings: [...alerts],
    approval_id: null,
    by: [],
    end: null,
  });
}

/** Tells that sealed bytes were opened, by whose review, and what came of it. */
export function openedEmission(
  entry: { readonly verdict: Verdict; readonly verdict_id: string; readonly tenant_id?: string | null },
  review: { readonly approval_id: string; readonly by: readonly string[] },
  end: NonNullable<OutputEvent['end']>,
  cause: Cause,
): Emission {
  return emission(`${entry.verdict_id}:opened:${review.approval_id}`, cause, {
    ...base(entry.verdict, cause),
    change: OutputChange.Opened,
    tenant_id: entry.tenant_id ?? null,
    findings: [],
    approval_id: review.approval_id,
    by: [...review.by],
    end,
  });
}

const base = ({ job_id, attempt, scanned }: Verdict, cause: Cause) => ({
  job_id,
  attempt,
  scanned,
  trace_id: traceIdOf(cause.traceparent) ?? null,
});

function emission(id: string, cause: Cause, body: OutputEvent): Emission {
  return {
    subject: Subjects.eventOutput.address({ change: body.change }),
    id,
    type: EventType.OutputEvent,
    body,
    jobId: body.job_id,
    cause,
    final: true,
  };
}
