import { isScalar, isSeq, type Node } from 'yaml';

import { ProblemCode } from '../vocabulary.js';
import type { Member, Place, PolicyReader } from './policy-reader.js';

/** Longest condition, in characters. */
export const MAX_CONDITION_LENGTH = 4096;
/** Most conditions of one rule. */
const MAX_CONDITIONS = 32;

/**
 * The `when` of an entry: one condition, or a list of them. Each is noted with the reader, to be compiled whatever becomes
 * of the entry.
 */
export function readWhen(
  reader: PolicyReader,
  member: Member | undefined,
  of: string | undefined,
): readonly string[] | undefined {
  if (!member) return undefined;
  const items = isSeq<Node>(member.value) ? reader.items(member, 'when') : [member];
  if (!items) return undefined;
  if (items.length === 0) {
    return reader.fault(member.value, ProblemCode.EmptyCondition, 'when is empty; leave it out');
  }
  if (items.length > MAX_CONDITIONS) {
    return reader.fault(
      member.value,
      ProblemCode.TooLarge,
      `when has more than ${MAX_CONDITIONS} conditions`,
    );
  }
  const texts: string[] = [];
  for (const item of items) {
    const text = reader.text(item, 'when', MAX_CONDITION_LENGTH);
    if (text === undefined) continue;
    if (text.trim() === '') {
      reader.fault(item.value, ProblemCode.EmptyCondition, 'when is empty; leave it out');
      continue;
    }
    texts.push(text);
    reader.conditions.push({ text, of, placeOf: placeIn(reader, item.value, text) });
  }
  return texts.length === 0 ? undefined : texts;
}

/**
 * The place of a character inside a scalar. It is exact where the file holds the text as it is read (plain, quoted
 * without escapes, block scalars); else it is the scalar's start.
 */
function placeIn(reader: PolicyReader, node: Node | null, text: string): (offset: number) => Place {
  return (offset) => {
    const range = node?.range;
    if (!isScalar(node) || !range) return reader.placeOf(node);
    return reader.placeInText(node, range[0], range[1], text, offset);
  };
}
