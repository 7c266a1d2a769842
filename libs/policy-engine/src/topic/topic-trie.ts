interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  star?: Node<T>;
  /** For a pattern that ends here. */
  end?: T;
  /** For a pattern that ends in `>` here. */
  rest?: T;
}

const emptyNode = <T>(): Node<T> => ({ literals: new Map() });

/**
 * Topic patterns with a value each. A look-up visits only nodes that the topic leads to: at most one literal and one
 * `*` per token, and never more than the trie has.
 */
export class TopicTrie<T> {
  private readonly root: Node<T> = emptyNode();

  /** The value at a pattern, made on first use. */
  at(pattern: string, make: () => T): T {
    const tokens = pattern.split('.');
    const rest = tokens.at(-1) === '>';
    let node = this.root;
    for (const token of rest ? tokens.slice(0, -1) : tokens) node = step(node, token);
    if (rest) return (node.rest ??= make());
    return (node.end ??= make());
  }

  /** The value of every pattern that matches the tokens of a topic, in no particular order. */
  matching(tokens: readonly string[]): readonly T[] {
    const found: T[] = [];
    walk(this.root, tokens, 0, found);
    return found;
  }
}

function step<T>(node: Node<T>, token: string): Node<T> {
  if (token === '*') return (node.star ??= emptyNode());
  const known = node.literals.get(token);
  if (known) return known;
  const made = emptyNode<T>();
  node.literals.set(token, made);
  return made;
}

function walk<T>(node: Node<T>, tokens: readonly string[], depth: number, found: T[]): void {
  const token = tokens[depth];
  if (token === undefined) {
    if (node.end !== undefined) found.push(node.end);
    return;
  }
  if (node.rest !== undefined) found.push(node.rest);
  const literal = node.literals.get(token);
  if (literal) walk(literal, tokens, depth + 1, found);
  if (node.star) walk(node.star, tokens, depth + 1, found);
}
