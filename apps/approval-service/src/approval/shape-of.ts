import { canonicalJson, sha256Digest, type JsonValue } from '@countersign/kernel';

/** Hexadecimal digits of a shape: enough to tell the shapes of one tenant's waiting questions apart. */
const DIGITS = 16;

/**
 * What two jobs have in common that differ in their values alone: the names and kinds of all members. Lists are alike
 * whatever their length when their items are.
 */
export function shapeOf(params: JsonValue | undefined): string {
  const digest = sha256Digest(canonicalJson(outlineOf(params ?? {})));
  return digest.slice('sha256:'.length, 'sha256:'.length + DIGITS);
}

function outlineOf(value: JsonValue): JsonValue {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const items = new Set(value.map((item) => canonicalJson(outlineOf(item))));
    return [...items].sort();
  }
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, outlineOf(member)]));
}
