import { EventType, Service, sourceOf, Subjects, type Audited } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Outgoing } from '@countersign/messaging';
import type { Message } from '../read-message/message.js';
import { stepOwner } from './step-owner.js';

/** Most ids in one confirmation: of at most 256 characters, 3 bytes each, they stay below the broker's 2 MB. */
const MAX_IDS = 2048;

/** What an append shows beside its messages. */
export interface Shown {
  /** The number of the first new entry; undefined when nothing was new. */
  readonly firstSeq: number | undefined;
  /** Messages that were answered by what the log had before. */
  readonly answeredBefore: readonly string[];
}

/**
 * Tells each service which of its messages are in the log, new or not, and which of them another message answers.
 * Without a new entry the ids of the confirmations are new on every call, so that the broker does not take a repeated
 * confirmation for a duplicate.
 */
export function confirmationsOf(
  messages: readonly Message[],
  { firstSeq, answeredBefore }: Shown,
  now: Date = new Date(),
): Outgoing[] {
  const batch = firstSeq ?? `again-${newUlid()}`;
  const appended = new Map<Service, Set<string>>();
  const answered = new Map<Service, Set<string>>();
  const putAnswered = (id: string) => {
    const asker = stepOwner(id);
    if (asker) put(answered, asker, id);
  };
  for (const { owner, answers } of messages) {
    if (owner) put(appended, owner.service, owner.eventId);
    answers?.forEach(putAnswered);
  }
  answeredBefore.forEach(putAnswered);
  return [...new Set([...appended.keys(), ...answered.keys()])].flatMap((service) =>
    pagesOf([...(appended.get(service) ?? [])], [...(answered.get(service) ?? [])]).map(
      (body, page): Outgoing => ({
        subject: Subjects.eventAudited.address({ service }),
        id: `audit:${batch}:${service}${page === 0 ? '' : `:${page}`}`,
        type: EventType.Audited,
        source: sourceOf(Service.AuditWriter),
        body: JSON.stringify(body),
        time: now.toISOString(),
      }),
    ),
  );
}

function put(map: Map<Service, Set<string>>, service: Service, id: string): void {
  const ids = map.get(service);
  if (ids) ids.add(id);
  else map.set(service, new Set([id]));
}

function pagesOf(appended: readonly string[], answered: readonly string[]): Audited[] {
  const pages: Audited[] = [];
  const half = MAX_IDS / 2;
  for (let at = 0; at < Math.max(appended.length, answered.length); at += half)
    pages.push({ appended: appended.slice(at, at + half), answered: answered.slice(at, at + half) });
  return pages;
}
