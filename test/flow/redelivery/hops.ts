import { AUDIT_CONSUMERS, CONSUMERS, Service, type ConsumerSpec } from '@countersign/contracts';
import type { Part } from '../support/platform.js';

/** One durable, its reader, and the point between the reader's commit and its acknowledgement. */
export interface Hop {
  /** `<stream>/<durable>`. */
  readonly hop: string;
  readonly part: Part;
  readonly point: string;
}

const hopOf = ({ stream, durable, service }: ConsumerSpec): Hop => ({
  hop: `${stream}/${durable}`,
  part: service,
  point:
    service === Service.AuditWriter
      ? `audit.after-commit ${stream}`
      : `road.after-commit ${stream}/${durable}`,
});

/** On the road of a production write that is approved; one part's hops stand together. */
export const WRITE_HOPS: readonly Hop[] = [
  CONSUMERS.evaluateJobs,
  CONSUMERS.requestApprovals,
  CONSUMERS.scheduleDecisions,
  CONSUMERS.scheduleApprovals,
  CONSUMERS.recordResults,
  CONSUMERS.concludeVerdicts,
  CONSUMERS.scanResults,
  ...AUDIT_CONSUMERS.filter(({ stream }) => stream !== 'CONTROL'),
].map(hopOf);

/** Around an output that is quarantined. */
export const QUARANTINE_HOPS: readonly Hop[] = [
  CONSUMERS.reviewQuarantine,
  CONSUMERS.withdrawEnded,
  CONSUMERS.confirmQuarantine,
  CONSUMERS.releaseOutputs,
].map(hopOf);

/** After a message that can't be read. */
export const BURIAL_HOPS: readonly Hop[] = [CONSUMERS.failDeadLettered, CONSUMERS.endUndecided].map(hopOf);

/** On the way of a stop to a worker. */
export const STOP_HOP: Hop = hopOf(AUDIT_CONSUMERS.find(({ stream }) => stream === 'CONTROL')!);

/** Between a worker's claim and its acknowledgement of the offer. */
export const OFFER_HOP: Hop = { hop: 'DISPATCH/pool-mcp', part: 'worker', point: 'worker.after-claim' };
