import {
  AUDIT_CONSUMERS,
  Header,
  JobEvents,
  parseBody,
  Service,
  STREAM_LIST,
  Step,
} from '@countersign/contracts';
import { ack, type Delivery } from '@countersign/messaging';
import type { Platform } from './platform.js';
import { Process } from './world.js';

const ASKERS: Readonly<Record<string, Service>> = {
  [Step.Decision]: Service.PolicyEvaluator,
  [Step.Approval]: Service.ApprovalService,
  [Step.OutputApproval]: Service.ApprovalService,
  [Step.Offer]: Service.Scheduler,
  [Step.Verdict]: Service.OutputScanner,
  [Step.Release]: Service.OutputScanner,
};
const EVENT_ID = /^[^:]+:([a-z-]+):\d+:[0-9a-f]{16}$/;
const SOURCE = '/countersign/';

/**
 * Stands in for the audit log: remembers each message that it reads, tells its sender, and tells who asked for what
 * the message answers. Neither chain nor database; the audit log has tests of its own.
 */
export class AuditStandIn {
  /** Ids of the messages that services sent. */
  readonly seen = new Set<string>();
  private readonly answeredIds = new Set<string>();

  constructor(private readonly platform: Platform) {
    const process = new Process('audit stand-in', 0);
    for (const consumer of AUDIT_CONSUMERS)
      platform.bus.read(process, consumer, (batch) => {
        this.append(batch);
        return Promise.resolve(batch.map(() => ack));
      });
  }

  private append(batch: readonly Delivery[]): void {
    const appended = new Map<string, string[]>();
    const answered = new Map<string, string[]>();
    for (const delivery of batch) {
      const service = serviceOf(delivery);
      const id = delivery.header(Header.Id);
      if (service === undefined || id === undefined) continue;
      this.seen.add(id);
      put(appended, service, id);
      // A repeated message may have been answered while the word of it was lost.
      for (const cause of [...causesOf(delivery), ...(this.answeredIds.has(id) ? [id] : [])]) {
        const asker = ASKERS[EVENT_ID.exec(cause)?.[1] ?? ''];
        if (asker === undefined) continue;
        this.answeredIds.add(cause);
        put(answered, asker, cause);
      }
    }
    for (const service of new Set([...appended.keys(), ...answered.keys()]))
      this.platform.confirm(service, appended.get(service) ?? [], answered.get(service) ?? []);
  }
}

/** The service that a message is from: its subject says who may publish there, its source who did. */
function serviceOf(delivery: Delivery): string | undefined {
  const source = delivery.header(Header.Source);
  if (source === undefined || !source.startsWith(SOURCE)) return undefined;
  const service = source.slice(SOURCE.length);
  const stream = STREAM_LIST.find((one) => one.name === delivery.stream);
  return stream?.publishers.some((publisher) => publisher.service === service) ? service : undefined;
}

function causesOf(delivery: Delivery): string[] {
  const cause = delivery.header(Header.CausationId);
  const own = cause === undefined ? [] : [cause];
  if (!delivery.subject.startsWith('event.job.')) return own;
  const events = parseBody(JobEvents, delivery.data);
  return events.ok ? [...own, ...events.value.jobs.flatMap((job) => job.cause ?? [])] : own;
}

function put(map: Map<string, string[]>, key: string, id: string): void {
  const list = map.get(key);
  if (list) list.push(id);
  else map.set(key, [id]);
}
