import { EventType, Subjects, type ApiKeyChanged, type KeyChange } from '@countersign/contracts';
import { newTraceparent, traceIdOf } from '@countersign/kernel';
import type { Work } from '@countersign/service-kit';
import type { KeyEnd, KeyGrant } from './api-key.store.js';

/** Where in the audit log a change of keys is to be found. */
export interface Recorded {
  readonly traceId: string;
}

/** What is told of a key: all that it stands for, and nothing of its secret. */
export type ToldKey = KeyGrant & KeyEnd & { readonly key_id: string };

/** Tells the audit log of a change of one key, as part of the transaction that changes it. */
export function tellKeyChange(
  work: Pick<Work, 'emit'>,
  change: KeyChange,
  { key_id, tenant_id, name, roles, groups, agents, expires_at }: ToldKey,
  by: string,
): Recorded {
  const traceparent = newTraceparent();
  const body: ApiKeyChanged = {
    change,
    key_id,
    tenant_id,
    name,
    roles: [...roles],
    groups: [...groups],
    agents: [...agents],
    expires_at,
    by,
  };
  work.emit({
    subject: Subjects.eventApiKey.address({ change }),
    // A key is made once and ended once.
    id: `api_key:${key_id}:${change}`,
    type: EventType.ApiKeyChanged,
    body,
    traceparent,
    final: true,
  });
  return { traceId: traceIdOf(traceparent) ?? '' };
}
