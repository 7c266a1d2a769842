import type { StoredSnapshot } from '../policy/policy.store.js';

/** A snapshot in a list. */
export function tellSnapshot({ hash, warnings, ...row }: StoredSnapshot, active: string): object {
  return { snapshot: hash, ...row, warnings: warnings.length, active: hash === active };
}
