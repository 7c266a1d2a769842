import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  MAX_OUTPUT_FINDINGS,
  MAX_PAYLOAD_BYTES,
  MAX_TRIES,
  parseBody,
  Result,
  Service,
  topicOf,
  VerdictKind,
  VerdictReason,
  type BlobRef,
  type OutputFinding,
  type Verdict,
} from '@countersign/contracts';
import { scanValue } from '@countersign/detectors';
import { CodedError } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import {
  busOf,
  PLATFORM_CONFIG,
  Road,
  roadOf,
  Sweeper,
  sweeperOf,
  type PlatformConfig,
} from '@countersign/service-kit';
import type { AskOutputPolicy } from '../consult/ask-output-policy.js';
import { ASK_OUTPUT_POLICY } from '../consult/output-policy-asker.js';
import { NotYet } from '../examine/not-yet.js';
import { fingerprintKeyOf } from '../examine/tenant-key.js';
import { keepSealed } from '../quarantine/quarantine.store.js';
import { unseal } from '../quarantine/seal.js';
import { takesTopic } from '../scan/takes-topic.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce } from '../verdict/verdict.store.js';
import { postponeScan, removeScan, takeScan, type TakenScan } from './blob-queue.store.js';
import { BlobStore, type RunBlob } from './blob-store.js';
import {
  heldBlob,
  judgeBlob,
  MAX_FINDINGS,
  missingBlob,
  needsCopy,
  type BlobResult,
  type ScannedError,
} from './judge-blob.js';
import { kindsIn, ruleBlob } from './rule-blob.js';
import { scanStream } from './scan-stream.js';

/** Milliseconds between two looks at the queue. */
const LOOK_EVERY_MS = 250;
/** When a scan is tried again that the gateway's absence has ended, and one that failed, in seconds. */
const AWAY_SEC = 5;
const RETRY_SEC = 10;

const isCoded = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof CodedError && codes.includes(error.code);

/** Scans the blobs of results, one at a time and in pieces, and tells the verdicts. */
@Injectable()
export class ScanBlobsSweep implements OnApplicationBootstrap {
  private readonly logger = new Logger('output-scanner blobs');
  private readonly store: BlobStore;

  constructor(
    @Inject(roadOf(Service.OutputScanner)) private readonly road: Road,
    @Inject(sweeperOf(Service.OutputScanner)) private readonly sweeper: Sweeper,
    @Inject(busOf(Service.OutputScanner)) bus: Bus,
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'secrets' | 'topology'>,
    @Inject(ASK_OUTPUT_POLICY) private readonly ask: AskOutputPolicy,
  ) {
    this.store = new BlobStore(bus);
  }

  onApplicationBootstrap(): void {
    this.sweeper.every('blob scans', LOOK_EVERY_MS, () => this.scanDue());
  }

  /** Scans all that is due. */
  async scanDue(): Promise<void> {
    for (;;) {
      const scan = await takeScan(this.road.database);
      if (scan === undefined) return;
      await this.scanOne(scan);
    }
  }

  private async scanOne(scan: TakenScan): Promise<void> {
    const received = this.received(scan);
    try {
      await this.tell(scan, received && (await this.judge(received)));
    } catch (error) {
      if (received && isCoded(error, 'not_found')) return this.tell(scan, missingBlob(received));
      const isAway = error instanceof NotYet || isCoded(error, 'timeout', 'unavailable');
      this.logger.warn({ message: 'a blob was not scanned', job_id: scan.job_id, error: String(error) });
      if (isAway) await postponeScan(this.road.database, scan.scan_id, AWAY_SEC, true);
      else if (scan.tries < MAX_TRIES) await postponeScan(this.road.database, scan.scan_id, RETRY_SEC, false);
      else await this.tell(scan, received && heldBlob(received, VerdictReason.ScannerError));
    }
  }

  /** The result as it was queued; undefined when its row was changed, and nothing that it says can be believed. */
  private received(scan: TakenScan): BlobResult | undefined {
    try {
      const text = unseal(scan.sealed, this.config.secrets.quarantineKey, scan);
      const parsed = parseBody(Result, Buffer.from(text), MAX_PAYLOAD_BYTES);
      if (!parsed.ok || parsed.value.output_blob === undefined) return undefined;
      const { scanned: digest, pool, tail } = scan;
      const result = parsed.value as Result & { readonly output_blob: BlobRef };
      return {
        result,
        digest,
        pool,
        topic: topicOf(tail),
        isOwnTopic: takesTopic(this.config.topology, pool, tail),
      };
    } catch (error) {
      this.logger.error({
        message: 'a queued result does not open',
        job_id: scan.job_id,
        error: String(error),
      });
      return undefined;
    }
  }

  private async judge(received: BlobResult): Promise<Verdict> {
    const { result, isOwnTopic, topic } = received;
    if (!isOwnTopic) return heldBlob(received, VerdictReason.ForeignTopic);
    const { job_id, attempt, run_id, output_blob: blob } = result;
    const ask = (findings: readonly OutputFinding[]) => this.ask({ job_id, topic, findings: [...findings] });
    const known = await ask([]);
    if (!known.known) return heldBlob(received, VerdictReason.UnknownJob);
    const fingerprintKey = fingerprintKeyOf(this.config.secrets.fingerprintKey, known.tenant_id);
    const regions = known.regions.length === 0 ? {} : { regions: known.regions };
    const options = { fingerprintKey, mediaType: blob.media_type, maxFindings: MAX_FINDINGS, ...regions };
    const error = scanValue(result.error, { fingerprintKey, ...regions }, '/error') as ScannedError;
    const of: RunBlob = { job_id, attempt, run_id, blob };
    const scan = await scanStream(this.store.read(of), options);
    const kinds = kindsIn(scan, error);
    const answer = kinds.length === 0 || kinds.length > MAX_OUTPUT_FINDINGS ? known : await ask(kinds);
    const verdict = judgeBlob(received, scan, error, ruleBlob(received, kinds, answer));
    if (verdict.output_blob === undefined || !needsCopy(verdict, blob)) return verdict;
    const copy = this.store.copyOf(of);
    await scanStream(this.store.read(of), { ...options, onRedacted: (bytes) => copy.add(bytes) });
    await copy.commit(verdict.output_blob);
    return verdict;
  }

  private async tell(scan: TakenScan, verdict: Verdict | undefined): Promise<void> {
    await this.road.run(async (work) => {
      await removeScan(work, scan.scan_id);
      if (verdict === undefined) return;
      const emission = verdictEmission(verdict, scan.tail, {
        id: scan.cause_id,
        traceparent: scan.traceparent,
      });
      const fresh = await tellOnce(work, [{ verdict, emission }]);
      if (verdict.kind !== VerdictKind.Quarantined || !fresh.has(emission.id)) return;
      const { job_id, attempt, lease_id, epoch, scanned, pool, tail, traceparent, sealed } = scan;
      const ids = { job_id, attempt, lease_id, epoch, scanned };
      const entry = { ...ids, pool, sealed, verdict: JSON.stringify(verdict), verdict_id: emission.id, tail };
      await keepSealed(work, [{ ...entry, traceparent }]);
    });
  }
}
