import type { SourceNode } from './source-node.js';

/** A value at the end of a path. */
export interface Leaf {
  readonly node: SourceNode;
  /** The last key on the way to it. */
  readonly key: string;
  /** As JSON, cut to what a report can show. */
  readonly value: string;
}

/** All values beneath a node, so that a report can name each; an empty list or mapping counts as one. */
export function leaves(node: SourceNode, key = node.path): readonly Leaf[] {
  const { content } = node;
  if (content.kind === 'scalar') return [{ node, key, value: JSON.stringify(content.value).slice(0, 80) }];
  const below =
    content.kind === 'list'
      ? content.items.flatMap((item) => leaves(item, key))
      : [...content.members].flatMap(([name, member]) => leaves(member, name));
  return below.length > 0 ? below : [{ node, key, value: 'empty' }];
}
