import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import {
  MAX_OUTPUT_FINDINGS,
  Service,
  VerdictKind,
  VerdictReason,
  type OutputFinding,
  type Verdict,
} from '@countersign/contracts';
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
import { fingerprintKeyOf } from '../examine/tenant-key.js';
import { keepSealed } from '../quarantine/quarantine.store.js';
import type { Judgement } from '../scan/judge-result.js';
import { alertEmission } from '../verdict/output-event.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce } from '../verdict/verdict.store.js';
import { isGivenUp, postponeScan, removeScan, takeScan, type TakenScan } from './blob-queue.store.js';
import { BlobStore, type RunBlob } from './blob-store.js';
import { heldBlob, judgeBlob, MAX_FINDINGS, needsCopy, type BlobResult } from './judge-blob.js';
import { openScan, unopened } from './open-scan.js';
import { alertedIn, kindsIn, ruleBlob } from './rule-blob.js';
import { scanBeside } from './scan-beside.js';
import { endOf, isAway, told } from './scan-failure.js';
import { scanStream } from './scan-stream.js';

/** Milliseconds between two looks at the queue. */
const LOOK_EVERY_MS = 250;
/** When a scan is tried again that the gateway's absence has ended, and one that failed, in seconds. */
const AWAY_SEC = 5;
const RETRY_SEC = 10;

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
    const { secrets, topology } = this.config;
    let received: BlobResult;
    try {
      received = openScan(scan, secrets.quarantineKey, topology);
    } catch (error) {
      this.logger.error({ message: 'a queued result does not open', ...told(scan, error) });
      const verdict = unopened(scan);
      return this.tell(scan, verdict && unruled(verdict));
    }
    // Also of one that ended the process which scanned it.
    if (isGivenUp(scan)) return this.tell(scan, unruled(heldBlob(received, VerdictReason.ScannerError)));
    try {
      await this.tell(scan, await this.judge(received));
    } catch (error) {
      const end = endOf(received, scan, error);
      this.logger.warn({ message: 'a blob was not scanned', ...told(scan, error) });
      if (end !== undefined) return this.tell(scan, unruled(end));
      if (isAway(error)) await postponeScan(this.road.database, scan.scan_id, AWAY_SEC, true);
      else await postponeScan(this.road.database, scan.scan_id, RETRY_SEC, false);
    }
  }

  private async judge(received: BlobResult): Promise<Judgement> {
    const { result, isOwnTopic, topic } = received;
    if (!isOwnTopic) return unruled(heldBlob(received, VerdictReason.ForeignTopic));
    const { job_id, attempt, run_id, output_blob: blob } = result;
    const ask = (findings: readonly OutputFinding[]) => this.ask({ job_id, topic, findings: [...findings] });
    const known = await ask([]);
    if (!known.known) return unruled(heldBlob(received, VerdictReason.UnknownJob));
    const fingerprintKey = fingerprintKeyOf(this.config.secrets.fingerprintKey, known.tenant_id);
    const regions = known.regions.length === 0 ? {} : { regions: known.regions };
    const { size, media_type: mediaType } = blob;
    const options = { fingerprintKey, mediaType, size, maxFindings: MAX_FINDINGS, ...regions };
    const error = scanBeside(result, { fingerprintKey, ...regions });
    const of: RunBlob = { job_id, attempt, run_id, blob };
    const scan = await scanStream(this.store.read(of), options);
    const kinds = kindsIn(scan, error);
    const answer = kinds.length === 0 || kinds.length > MAX_OUTPUT_FINDINGS ? known : await ask(kinds);
    const verdict = judgeBlob(received, scan, error, ruleBlob(received, kinds, answer));
    const judgement = { verdict, tenantId: known.tenant_id, alerts: alertedIn(kinds, answer) };
    if (verdict.output_blob === undefined || !needsCopy(verdict, blob)) return judgement;
    const copy = this.store.copyOf(of);
    await scanStream(this.store.read(of), { ...options, onRedacted: (bytes) => copy.add(bytes) });
    await copy.commit(verdict.output_blob);
    return judgement;
  }

  private async tell(scan: TakenScan, judgement: Judgement | undefined): Promise<void> {
    await this.road.run(async (work) => {
      await removeScan(work, scan.scan_id);
      if (judgement === undefined) return;
      const { verdict, tenantId: tenant_id, alerts } = judgement;
      const cause = { id: scan.cause_id, traceparent: scan.traceparent };
      const emission = verdictEmission(verdict, scan.tail, cause);
      const fresh = await tellOnce(work, [{ verdict, emission }]);
      if (!fresh.has(emission.id)) return;
      if (alerts.length > 0) work.emit(alertEmission(judgement, emission.id, cause));
      if (verdict.kind !== VerdictKind.Quarantined) return;
      const { reason_code: reason } = verdict;
      this.logger.warn({ message: 'a blob is kept back', reason, job_id: scan.job_id, pool: scan.pool });
      const { job_id, attempt, lease_id, epoch, scanned, pool, tail, traceparent, sealed } = scan;
      const ids = { job_id, attempt, lease_id, epoch, scanned, tenant_id };
      const entry = { ...ids, pool, sealed, verdict: JSON.stringify(verdict), verdict_id: emission.id, tail };
      await keepSealed(work, [{ ...entry, traceparent }]);
    });
  }
}

const unruled = (verdict: Verdict): Judgement => ({ verdict, tenantId: null, alerts: [] });
