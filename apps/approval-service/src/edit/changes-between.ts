import { canonicalJson, pointerToken, type JsonValue } from '@countersign/kernel';

/** Changes that are listed at most; both jobs are kept whole besides. */
export const MAX_CHANGES = 200;

/** One value that an edit has changed. A side that had none is absent. */
export interface Change {
  /** RFC 6901 pointer into the params. */
  readonly pointer: string;
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** What differs between two JSON values, each at the deepest place that has a name; lists are compared item by item. */
export function changesBetween(before: JsonValue, after: JsonValue): readonly Change[] {
  const changes: Change[] = [];
  compare(before, after, '', changes);
  return changes;
}

type Side = JsonValue | undefined;

function compare(before: Side, after: Side, pointer: string, changes: Change[]): void {
  if (changes.length >= MAX_CHANGES) return;
  if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) return;
  const [one, other] = [membersOf(before), membersOf(after)];
  if (one === undefined || other === undefined || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({
      pointer,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
    });
    return;
  }
  for (const name of new Set([...one.keys(), ...other.keys()]))
    compare(one.get(name), other.get(name), `${pointer}/${pointerToken(name)}`, changes);
}

function membersOf(value: Side): ReadonlyMap<string, JsonValue> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}
