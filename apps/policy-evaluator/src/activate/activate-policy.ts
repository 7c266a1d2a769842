import { PolicyChange, type ActivationCause } from '@countersign/contracts';
import type { PolicySnapshot } from '@countersign/policy-engine';
import type { Work } from '@countersign/service-kit';
import {
  insertActivation,
  lastActivation,
  lockActivations,
  type Activation,
} from '../policy/policy.store.js';
import { tellChange } from '../policy/policy-event.js';

/** What is to come into force, by whom and why. */
export interface Wish {
  readonly snapshot: Pick<PolicySnapshot, 'hash' | 'policy_id' | 'policy_version'>;
  readonly how: ActivationCause;
  readonly by: string;
  /** The caller's; null for the folder. */
  readonly tenant: string | null;
  readonly note?: string;
  /** Digest of what the folder held; undefined for everybody else. */
  readonly content?: string;
  /** Undefined: whatever is active. Null: nothing may ever have been. */
  readonly expected?: string | null;
  readonly traceparent?: string;
}

export type Activated =
  | { readonly ok: true; readonly changed: boolean; readonly seq: number; readonly previous: string | null }
  | { readonly ok: false; readonly code: 'active_changed'; readonly active: string | null };

/**
 * Puts a stored snapshot into force, compared and set under a lock: of two who expect the same, one finds it changed.
 * What is in force already stays as it is.
 */
export async function activatePolicy(work: Work, wish: Wish): Promise<Activated> {
  await lockActivations(work);
  const last = await lastActivation(work);
  const active = last?.hash ?? null;
  if (wish.expected !== undefined && wish.expected !== active)
    return { ok: false, code: 'active_changed', active };
  if (last !== undefined && active === wish.snapshot.hash)
    return { ok: true, changed: false, seq: last.seq, previous: last.previous };
  const seq = (last?.seq ?? 0) + 1;
  await write(work, wish, { seq, previous: active });
  return { ok: true, changed: true, seq, previous: active };
}

async function write(
  work: Work,
  { snapshot, how, by, tenant, note = '', content, traceparent }: Wish,
  { seq, previous }: Pick<Activation, 'seq' | 'previous'>,
): Promise<void> {
  const { hash, policy_id = null, policy_version = null } = snapshot;
  await insertActivation(work, { seq, hash, previous, by, how, note, content: content ?? null });
  tellChange(
    work,
    PolicyChange.Activated,
    {
      snapshot: hash,
      previous,
      how,
      policy_id,
      policy_version,
      content: content ?? null,
      tenant_id: tenant,
      by: tenant === null ? null : by,
    },
    traceparent === undefined ? {} : { traceparent },
  );
}
