import { YAMLSeq, type Node } from 'yaml';
import type { Member } from '../policy-reader.js';

/** One name as a list of it, so that what is true of names in lists is true of it too: grammar, sets, places. */
export function listOfOne(name: Node): Member {
  const list = new YAMLSeq<Node>();
  list.items.push(name);
  return { key: name, value: list };
}
