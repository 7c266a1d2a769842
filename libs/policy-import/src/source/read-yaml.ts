import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
} from 'yaml';
import { ImportProblemCode } from '../import-result.js';
import { MAX_SOURCE_DEPTH } from './limits.js';
import { SourceNode, type ProblemSink, type SourceContent } from './source-node.js';

/**
 * Reads YAML 1.2, and so JSON, into nodes with places. What lets a reader and the machine see different things is
 * refused: doubled keys, anchors, aliases, merge keys, type tags, directives, a second document.
 */
export function readYaml(text: string, sink: ProblemSink): SourceNode | undefined {
  const lines = new LineCounter();
  const document = compose(text, lines, sink);
  if (!document) return undefined;
  for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(pos[0]);
    const place = { line: Math.max(line, 1), column: Math.max(col, 1) };
    const known = code === 'DUPLICATE_KEY' ? ImportProblemCode.DuplicateKey : ImportProblemCode.Syntax;
    sink.problems.push({ file: sink.file, ...place, code: known, message });
  }
  const { yaml } = document.directives;
  if (yaml.explicit === true)
    return refuse(sink, ImportProblemCode.HiddenMeaning, 'directives are not allowed');
  if (sink.problems.length > 0) return undefined;
  if (!isNode(document.contents)) return refuse(sink, ImportProblemCode.Syntax, 'the file is empty');
  const root = new YamlTree(lines, sink).node(document.contents, '', 0);
  return sink.problems.length > 0 ? undefined : root;
}

function compose(text: string, lines: LineCounter, sink: ProblemSink): Document.Parsed | undefined {
  try {
    return parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      merge: false,
      stringKeys: true,
      uniqueKeys: true,
      strict: true,
      prettyErrors: false,
    });
  } catch (error) {
    // The parser throws on what it can't describe, such as nesting beyond the stack; the file is refused all the same.
    const name = error instanceof Error ? error.name : 'unknown error';
    return refuse(sink, ImportProblemCode.Syntax, `the file can't be parsed (${name})`);
  }
}

function refuse(sink: ProblemSink, code: ImportProblemCode, message: string): undefined {
  sink.problems.push({ file: sink.file, line: 1, column: 1, code, message });
  return undefined;
}

class YamlTree {
  constructor(
    private readonly lines: LineCounter,
    private readonly sink: ProblemSink,
  ) {}

  node(node: Node, path: string, depth: number): SourceNode {
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    const place = { line: Math.max(line, 1), column: Math.max(col, 1) };
    const at = new SourceNode(this.sink, path, place, { kind: 'scalar', value: null });
    if (depth > MAX_SOURCE_DEPTH) {
      at.fault(ImportProblemCode.TooDeep, `nested deeper than ${MAX_SOURCE_DEPTH} levels`);
      return at;
    }
    if (isAlias(node) || node.anchor !== undefined) {
      at.fault(ImportProblemCode.HiddenMeaning, 'anchors and aliases are not allowed: write the value out');
      return at;
    }
    if (node.tag !== undefined) {
      at.fault(ImportProblemCode.HiddenMeaning, `the type tag ${node.tag} is not allowed`);
      return at;
    }
    return new SourceNode(this.sink, path, place, this.content(node, at, depth));
  }

  private content(node: Node, at: SourceNode, depth: number): SourceContent {
    if (isSeq(node)) {
      const items = node.items.map((item, index) =>
        isNode(item) ? this.node(item, `${at.path}[${index}]`, depth + 1) : at,
      );
      return { kind: 'list', items };
    }
    if (isMap(node)) return { kind: 'mapping', members: this.members(node.items, at, depth) };
    return { kind: 'scalar', value: isScalar(node) ? scalar(node.value, at) : null };
  }

  private members(
    pairs: readonly { readonly key: unknown; readonly value: unknown }[],
    at: SourceNode,
    depth: number,
  ): ReadonlyMap<string, SourceNode> {
    const members = new Map<string, SourceNode>();
    for (const { key, value } of pairs) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        at.fault(ImportProblemCode.WrongType, 'a key is not a text');
        continue;
      }
      const name = key.value;
      const { line, col } = this.lines.linePos(key.range?.[0] ?? 0);
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const keyNode = new SourceNode(this.sink, path, { line, column: col }, { kind: 'scalar', value: null });
      if (name === '__proto__') {
        keyNode.fault(ImportProblemCode.ForbiddenKey, '__proto__ is not allowed as a key');
      }
      members.set(name, isNode(value) ? this.node(value, path, depth + 1) : keyNode);
    }
    return members;
  }
}

function scalar(value: unknown, at: SourceNode): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
    at.fault(ImportProblemCode.BadNumber, 'the number is not finite or not exact');
    return null;
  }
  at.fault(ImportProblemCode.WrongType, 'neither a text, a number, true, false nor empty');
  return null;
}
