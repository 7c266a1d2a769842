import { isScalar, isSeq, type Node } from 'yaml';

import { ProblemCode } from '../vocabulary.js';
import type { Member, Place, PolicyReader } from './policy-reader.js';

/** Longest condition, in characters. */
export const MAX_CONDITION_LENGTH = 4096;
/** Most conditions of one rule. */
const MAX_CONDITIONS = 32;

/** The place of a character of a condition, counted from its start. */
export type ConditionPlace = (offset: number) => Place;

/** The conditions of a rule as written, and where. */
export interface ReadWhen {
  readonly texts: readonly string[];
  readonly places: readonly ConditionPlace[];
}

/** The `when` of a rule: one condition, or a list of them. */
export function readWhen(reader: PolicyReader, member: Member | undefined): ReadWhen | undefined {
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
  const places: ConditionPlace[] = [];
  for (const item of items) {
    const text = reader.text(item, 'when', MAX_CONDITION_LENGTH);
    if (text === undefined) continue;
    if (text.trim() === '') {
      reader.fault(item.value, ProblemCode.EmptyCondition, 'when is empty; leave it out');
      continue;
    }
    texts.push(text);
    places.push(placeIn(reader, item.value, text));
  }
  return texts.length === 0 ? undefined : { texts, places };
}

/**
 * The place of a character inside a scalar. It is exact where the file holds the text as it is read (plain, quoted
 * without escapes, block scalars); else it is the scalar's start.
 */
function placeIn(reader: PolicyReader, node: Node | null, text: string): ConditionPlace {
  return (offset) => {
    const range = node?.range;
    if (!isScalar(node) || !range) return reader.placeOf(node);
    return reader.placeInText(node, range[0], range[1], text, offset);
  };
}
