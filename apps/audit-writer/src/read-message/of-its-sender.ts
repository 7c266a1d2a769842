import { Subjects, type Topology } from '@countersign/contracts';
import type { Message } from './message.js';

/**
 * A job from the bus, filed under the tenant of the account that sent it: whoever could choose the tenant by the body
 * could write into the traces of others. The gateway verifies its callers itself; a producer that is known no more has
 * no tenant.
 */
export function ofItsSender(message: Message, { producers }: Pick<Topology, 'producers'>): Message {
  if (message.stream !== 'JOBS') return message;
  const drafts = message.drafts.map((draft) => {
    const producer = Subjects.jobFrom.parse(draft.subject)?.producer;
    if (producer === 'gateway') return draft;
    return { ...draft, tenant_id: producers.find(({ name }) => name === producer)?.tenant ?? null };
  });
  return { ...message, drafts };
}
