import { Controller, Inject } from '@nestjs/common';
import {
  ApprovalOutcome,
  ApprovalResolved,
  CONSUMERS,
  EventType,
  MAX_PAYLOAD_BYTES,
  Service,
  Subjects,
} from '@countersign/contracts';
import { Consume, type Delivery, type Settlement } from '@countersign/messaging';
import {
  PLATFORM_CONFIG,
  Road,
  roadOf,
  type Fact,
  type PlatformConfig,
  type Work,
} from '@countersign/service-kit';
import { closeSealed, lockSealed, removeSealed } from '../quarantine/quarantine.store.js';
import { openedEmission } from '../verdict/output-event.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce, type TellableVerdict } from '../verdict/verdict.store.js';
import { concludeReview } from './conclude-review.js';

/** Carries out what the reviewers said about quarantined outputs. Nothing runs again for it. */
@Controller()
export class ReleaseOutputsConsumer {
  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  @Consume(CONSUMERS.releaseOutputs)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<ApprovalResolved>(
      CONSUMERS.releaseOutputs,
      { schema: ApprovalResolved, type: EventType.ApprovalResolved, maxBytes: MAX_PAYLOAD_BYTES },
      batch,
      (work, facts) => releaseOutputs(work, facts, this.config.secrets.quarantineKey),
    );
  }
}

/**
 * Tells `released` or `withheld` for a batch of reviews; the sealed bytes go in the same transaction. The answer is about
 * bytes: where they came from several pools or under several topics, the verdict about each is told as it was said, and
 * the scheduler takes the one that is about its run and refuses the others.
 */
export async function releaseOutputs(
  work: Work,
  facts: readonly Fact<ApprovalResolved>[],
  quarantineKey: Uint8Array,
): Promise<void> {
  const entries = await lockSealed(
    work,
    facts.flatMap(({ body: { job_id, attempt, scanned } }) =>
      scanned === undefined ? [] : [{ job_id, attempt, scanned }],
    ),
  );
  const verdicts: TellableVerdict[] = [];
  const done: string[] = [];
  const failed: string[] = [];
  for (const fact of facts) {
    const approval = fact.body;
    const address = Subjects.approvalOutput.parse(fact.subject);
    if (address === undefined || address.outcome !== approval.outcome || approval.kind !== 'output') {
      work.deadLetter(fact, 'invalid_field', '/outcome');
      continue;
    }
    const reviewed = entries.filter(
      ({ job_id, attempt, scanned }) =>
        job_id === approval.job_id && attempt === approval.attempt && scanned === approval.scanned,
    );
    let failure: string | undefined = reviewed.length === 0 ? 'illegal_transition' : undefined;
    for (const entry of reviewed) {
      const end = concludeReview(approval, entry, quarantineKey);
      // Whoever had sealed bytes opened stands in the audit log, whatever came of it.
      if (approval.outcome === ApprovalOutcome.Granted) {
        const opened = { ...entry, verdict: end.verdict };
        work.emit(openedEmission(opened, reviewOf(approval), end.failure ?? 'released', fact));
      }
      verdicts.push({ verdict: end.verdict, emission: verdictEmission(end.verdict, entry.tail, fact) });
      (end.failure === undefined ? done : failed).push(entry.verdict_id);
      failure ??= end.failure;
    }
    if (failure !== undefined) refuse(work, fact, failure);
  }
  await Promise.all([tellOnce(work, verdicts), removeSealed(work, done), closeSealed(work, failed)]);
}

const reviewOf = ({ approval_id, votes }: ApprovalResolved) => ({
  approval_id,
  by: votes.filter(({ vote }) => vote === 'approve').map(({ voter }) => voter),
});

function refuse(work: Work, fact: Fact<ApprovalResolved>, reason_code: string): void {
  const { job_id, approval_id, attempt, outcome } = fact.body;
  work.refuse(
    {
      job_id,
      trace_id: fact.traceId,
      what: 'release',
      reason_code,
      detail: { approval_id, attempt, outcome },
    },
    fact,
  );
}
