import { EventType, Service, sourceOf, Subjects, type Audited } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Outgoing } from '@countersign/messaging';
import type { Message } from '../read-message/message.js';
import { stepOwner } from './step-owner.js';

/** Most ids in one confirmation: of at most 256 characters, 3 bytes each, they stay below the broker's 2 MB. */
const MAX_IDS = 2048;

/**
 * Tells each service which of its messages are in the log, new or not, and which of them a later message answers.
 * `firstSeq` is the first new entry; without one the ids of the confirmations are new on every call, so that the
 * broker does not take a repeated confirmation for a duplicate.
 */
export function confirmationsOf(
  messages: readonly Message[],
  firstSeq: number | undefined,
  now: Date = new Date(),
): Outgoing[] {
  const batch = firstSeq ?? `again-${newUlid()}`;
  const appended = new Map<Service, Set<string>>();
  const answered = new Map<Service, Set<string>>();
  for (const { owner, answers } of messages) {
    if (owner) put(appended, owner.service, owner.eventId);
    for (const id of answers ?? []) {
      const asker = stepOwner(id);
      if (asker) put(answered, asker, id);
    }
  }
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
