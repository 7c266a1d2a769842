import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Member, PolicyReader } from '../load/policy-reader.js';
import { ProblemCode } from '../vocabulary.js';
import type { Json } from './policy-test.js';

/** The value of a member as JSON; what JSON does not have (NaN, infinities) is a problem. */
export function readJson(reader: PolicyReader, { key, value }: Member, what: string): Json | undefined {
  if (value === null) return null;
  if (isSeq<Node>(value)) {
    const items = value.items.map((item) => readJson(reader, { key: item, value: item }, what));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (isMap<Node, Node | null>(value)) {
    const entries: [string, Json][] = [];
    for (const pair of value.items) {
      const one = readJson(reader, pair, what);
      if (!isScalar(pair.key) || typeof pair.key.value !== 'string') {
        reader.fault(pair.key, ProblemCode.WrongType, 'a key must be a text');
      } else if (one !== undefined) entries.push([pair.key.value, one]);
    }
    return Object.fromEntries(entries);
  }
  const scalar: unknown = isScalar(value) ? value.value : undefined;
  if (scalar === null || typeof scalar === 'string' || typeof scalar === 'boolean') return scalar;
  if (typeof scalar === 'number' && Number.isFinite(scalar)) return scalar === 0 ? 0 : scalar;
  return reader.fault(value ?? key, ProblemCode.WrongType, `${what} has a value that JSON does not have`);
}
