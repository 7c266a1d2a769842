import type { Refused } from '@countersign/contracts';
import { ULID_PATTERN, type JsonValue } from '@countersign/kernel';
import { pick, type Summary } from './pick.js';

const TENANT = /^[a-z0-9_-]{1,64}$/;

/** What is kept of a refusal's free detail, and the shape in which it can hold no secret. In order, as in {@link pick}. */
const KEPT_DETAILS: readonly (readonly [string, RegExp])[] = [
  ['body_sha256', /^sha256:[0-9a-f]{64}$/],
  ['by', /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/],
  ['count', /^[0-9]{1,9}$/],
  ['pointer', /^(\/([a-z_]{1,32}|\*|[0-9]{1,6})){0,64}$/],
  ['since', /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$/],
  // What a forged request asked for. Where it wanted the answer is its sender's own text.
  ['subject', /^[a-z0-9_-]{1,64}(\.[a-z0-9_-]{1,64}){0,7}$/],
  ['target', new RegExp(ULID_PATTERN)],
];

/** What was refused and why, and of the detail who wanted it, where the fault was and how often it came. */
export function summariseRefusal(refused: Refused): Summary {
  const kept: Record<string, JsonValue> = {};
  for (const [name, shape] of KEPT_DETAILS) {
    const value = refused.detail[name];
    if ((typeof value === 'string' || typeof value === 'number') && shape.test(String(value)))
      kept[name] = value;
  }
  return {
    ...(Object.keys(kept).length > 0 ? { detail: kept } : {}),
    ...pick(refused, 'reason_code', 'what'),
  };
}

/** The tenant to which the refusing service says that the matter belongs. */
export function tenantOfRefusal({ detail }: Refused): string | undefined {
  const tenant = detail['tenant_id'];
  return typeof tenant === 'string' && TENANT.test(tenant) ? tenant : undefined;
}
