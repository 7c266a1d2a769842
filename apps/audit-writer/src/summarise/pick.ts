import type { JsonValue } from '@countersign/kernel';

/** The members of a body that are kept. */
export type Summary = Readonly<Record<string, JsonValue>>;

/** Exactly the named members; those that are absent are left out. Names in order save the log from sorting them. */
export function pick<T extends object>(value: T, ...names: readonly (keyof T & string)[]): Summary {
  const picked: Record<string, JsonValue> = {};
  for (const name of names) {
    const member = value[name];
    if (member !== undefined) picked[name] = member as JsonValue;
  }
  return picked;
}
