import { Controller, Inject } from '@nestjs/common';
import { CONSUMERS, EventType, MAX_PAYLOAD_BYTES, Result, Service } from '@countersign/contracts';
import { Consume, retryAfter, type Delivery, type Settlement } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { isBlobFact } from '../blob/queue-blob-scans.js';
import { ASK_OUTPUT_POLICY } from '../consult/output-policy-asker.js';
import type { AskOutputPolicy } from '../consult/ask-output-policy.js';
import { KnownConstraints } from '../constrain/known-constraints.js';
import { examiner } from '../examine/examine-received.js';
import { SCAN_POOL } from '../thread/scan-pool.provider.js';
import type { ScanPool } from '../thread/scan-pool.js';
import { judgeResult, type Judgement, type JudgeTools } from './judge-result.js';
import { Judgements } from './judgements.js';
import { receivedResult } from './received-result.js';
import { tellJudgements } from './tell-judgements.js';

/** After how long a result comes again whose judgement was not there yet, in milliseconds. */
const AGAIN_MS = 250;

/** A message of a stream. */
const keyOf = ({ stream, seq }: Pick<Delivery, 'stream' | 'seq'>): string => `${stream}:${seq}`;

/** Scans what workers return. Bodies past the limit are let in too: their verdict says so. */
@Controller()
export class ScanResultsConsumer {
  private readonly judgements = new Judgements();
  private readonly tools: JudgeTools;

  /** Without a pool of threads everything is scanned at once, with bounded work. */
  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(ASK_OUTPUT_POLICY) ask: AskOutputPolicy,
    @Inject(SCAN_POOL) pool?: Pick<ScanPool, 'scan'>,
  ) {
    const { fingerprintKey } = config.secrets;
    this.tools = { examine: examiner(pool), ask, constraints: new KnownConstraints(), fingerprintKey };
  }

  @Consume(CONSUMERS.scanResults)
  async handle(batch: readonly Delivery[]): Promise<readonly Settlement[]> {
    const { secrets, topology } = this.config;
    const judged = new Map<string, Judgement>();
    const later = new Set<string>();
    const settlements = await this.road.handle<Result>(
      CONSUMERS.scanResults,
      // A worker could send a victim's event id first: results are known by where the broker stored them.
      { schema: Result, type: EventType.Result, maxBytes: MAX_PAYLOAD_BYTES, trusted: () => false },
      batch,
      (work, facts) => tellJudgements(work, facts, (fact) => judged.get(keyOf(fact)), secrets.quarantineKey),
      // Before the transaction, which is not to wait for a scan.
      async (_sql, facts) => {
        const results = new Map<string, () => Promise<Judgement>>();
        for (const fact of facts) {
          // Read in pieces later: far longer than a message may be held.
          if (isBlobFact(fact)) continue;
          const received = receivedResult(fact, topology);
          if (received !== undefined) results.set(keyOf(fact), () => judgeResult(received, this.tools));
        }
        const there = await this.judgements.of(results);
        for (const [key, judgement] of there) judged.set(key, judgement);
        const waiting = facts.filter((fact) => results.has(keyOf(fact)) && !there.has(keyOf(fact)));
        for (const fact of waiting) later.add(keyOf(fact));
        return new Set(waiting);
      },
    );
    return settlements.map((settlement, at) => {
      const delivery = batch[at];
      if (delivery === undefined) return settlement;
      if (later.has(keyOf(delivery))) return retryAfter(AGAIN_MS);
      if (settlement.kind === 'ack') this.judgements.told(keyOf(delivery));
      return settlement;
    });
  }
}
