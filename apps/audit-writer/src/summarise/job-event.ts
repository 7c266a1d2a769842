import type { JobEvents } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { pick, type Summary } from './pick.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const KEPT_DETAILS = ['run_id', 'worker_id'] as const;

/** What happened to one job of a message about many. Of the detail only who ran it is kept. */
export function summariseJobEvent(event: JobEvents['jobs'][number]): Summary {
  const detail: Record<string, JsonValue> = {};
  for (const name of KEPT_DETAILS) {
    const value = event.detail?.[name];
    if (typeof value === 'string' && NAME.test(value)) detail[name] = value;
  }
  return {
    ...pick(event, 'at', 'attempt'),
    ...(Object.keys(detail).length > 0 ? { detail } : {}),
    ...pick(event, 'job_hash', 'reason_code', 'review_after', 'state'),
  };
}
