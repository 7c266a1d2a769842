import { Controller, Inject } from '@nestjs/common';
import {
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

/** Tells `released` or `withheld` for a batch of reviews; the sealed bytes go in the same transaction. */
export async function releaseOutputs(
  work: Work,
  facts: readonly Fact<ApprovalResolved>[],
  quarantineKey: Uint8Array,
): Promise<void> {
  const digests = facts.flatMap(({ body }) => (body.scanned === undefined ? [] : [body.scanned]));
  const entries = await lockSealed(work, digests);
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
    const entry = entries.find(
      ({ job_id, attempt, scanned }) =>
        job_id === approval.job_id && attempt === approval.attempt && scanned === approval.scanned,
    );
    if (entry === undefined) {
      refuse(work, fact, 'illegal_transition');
      continue;
    }
    const { verdict, failure } = concludeReview(approval, entry, quarantineKey);
    verdicts.push({ verdict, emission: verdictEmission(verdict, address.tail, fact) });
    if (failure === undefined) done.push(entry.scanned);
    else {
      failed.push(entry.scanned);
      refuse(work, fact, failure);
    }
  }
  await Promise.all([tellOnce(work, verdicts), removeSealed(work, done), closeSealed(work, failed)]);
}

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
