import { Controller, Inject } from '@nestjs/common';
import {
  CONSUMERS,
  EventType,
  MAX_PAYLOAD_BYTES,
  Result,
  Service,
  Subjects,
  VerdictKind,
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
import { storeAndTell, type TellableVerdict } from '../verdict/verdict.store.js';
import { scanResult } from './scan-result.js';

/** A lease id is told in the verdict, which is not scanned: it must be an id and nothing else. */
const LEASE_ID = /^[A-Za-z0-9_-]{1,64}$/;

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
      (work, facts) => scanResults(work, facts, this.config.secrets),
    );
  }
}

/** Stores and tells the verdicts of a batch of results; quarantined bodies are sealed in the same transaction. */
export async function scanResults(
  work: Work,
  facts: readonly Fact<Result>[],
  secrets: PlatformConfig['secrets'],
): Promise<void> {
  const verdicts: TellableVerdict[] = [];
  const sealed: QuarantineEntry[] = [];
  for (const fact of facts) {
    const address = Subjects.result.parse(fact.subject);
    if (address === undefined || !LEASE_ID.test(fact.body.lease.id)) {
      work.deadLetter(fact, 'invalid_field', address === undefined ? '' : '/lease/id');
      continue;
    }
    const { pool, tail } = address;
    const received = { bytes: Buffer.byteLength(fact.text), digest: fact.digest, pool, result: fact.body };
    const verdict = scanResult(received, secrets.fingerprintKey);
    verdicts.push({ verdict, emission: verdictEmission(verdict, tail, fact) });
    if (verdict.kind !== VerdictKind.Quarantined) continue;
    const { job_id, attempt, lease_id, epoch, scanned } = verdict;
    const ids = { job_id, attempt, lease_id, epoch, scanned };
    sealed.push({ ...ids, sealed: seal(fact.text, secrets.quarantineKey, ids) });
  }
  const fresh = await storeAndTell(work, verdicts);
  const kept = new Set(
    verdicts.filter(({ emission }) => fresh.has(emission.id)).map(({ verdict }) => verdict.scanned),
  );
  await keepSealed(
    work,
    sealed.filter((entry) => kept.has(entry.scanned)),
  );
}
