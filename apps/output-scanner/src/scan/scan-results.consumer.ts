import { Controller, Inject } from '@nestjs/common';
import {
  CONSUMERS,
  EventType,
  MAX_PAYLOAD_BYTES,
  Result,
  Service,
  Subjects,
  VerdictKind,
  type Verdict,
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
import { keepSealed, type QuarantineEntry } from '../quarantine/quarantine.store.js';
import { seal } from '../quarantine/seal.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce, type TellableVerdict } from '../verdict/verdict.store.js';
import { scanResult } from './scan-result.js';
import { takesTopic } from './takes-topic.js';

/** Scans what workers return. Bodies past the limit are let in too: their verdict says so. */
@Controller()
export class ScanResultsConsumer {
  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
  ) {}

  @Consume(CONSUMERS.scanResults)
  handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    return this.road.handle<Result>(
      CONSUMERS.scanResults,
      // A worker could send a victim's event id first: results are known by where the broker stored them.
      { schema: Result, type: EventType.Result, maxBytes: MAX_PAYLOAD_BYTES, trusted: () => false },
      batch,
      (work, facts) => scanResults(work, facts, this.config),
    );
  }
}

/** What scanning takes of the settings. */
export type ScanConfig = Pick<PlatformConfig, 'secrets' | 'topology'>;

/** Tells the verdicts of a batch of results; quarantined bodies are sealed in the same transaction. */
export async function scanResults(
  work: Work,
  facts: readonly Fact<Result>[],
  { secrets, topology }: ScanConfig,
): Promise<void> {
  const verdicts: TellableVerdict[] = [];
  const held: { fact: Fact<Result>; tail: string; verdict: Verdict; verdict_id: string }[] = [];
  for (const fact of facts) {
    const address = Subjects.result.parse(fact.subject);
    if (address === undefined) {
      work.deadLetter(fact, 'invalid_field');
      continue;
    }
    const { pool, tail } = address;
    const verdict = scanResult(
      {
        bytes: Buffer.byteLength(fact.text),
        digest: fact.digest,
        pool,
        isOwnTopic: takesTopic(topology, pool, tail),
        result: fact.body,
      },
      secrets.fingerprintKey,
    );
    const emission = verdictEmission(verdict, tail, fact);
    verdicts.push({ verdict, emission });
    if (verdict.kind === VerdictKind.Quarantined) held.push({ fact, tail, verdict, verdict_id: emission.id });
  }
  const fresh = await tellOnce(work, verdicts);
  await keepSealed(
    work,
    held
      .filter(({ verdict_id }) => fresh.has(verdict_id))
      .map(({ fact, tail, verdict, verdict_id }): QuarantineEntry => {
        const { job_id, attempt, lease_id, epoch, scanned, pool } = verdict;
        const ids = { job_id, attempt, lease_id, epoch, scanned };
        const sealed = seal(fact.text, secrets.quarantineKey, ids);
        const { traceparent } = fact;
        return { ...ids, pool, sealed, verdict: JSON.stringify(verdict), verdict_id, tail, traceparent };
      }),
  );
}
