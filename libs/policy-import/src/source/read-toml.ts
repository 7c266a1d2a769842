import { parse, TomlError } from 'smol-toml';
import { ImportProblemCode, type SourcePlace } from '../import-result.js';
import { MAX_SOURCE_DEPTH } from './limits.js';
import { SourceNode, type ProblemSink, type SourceContent } from './source-node.js';

/** Reads TOML 1.0 into nodes. The parser refuses doubled keys; it knows no places, so the lines of keys are looked up. */
export function readToml(text: string, sink: ProblemSink): SourceNode | undefined {
  let value: unknown;
  try {
    value = parse(text, { maxDepth: MAX_SOURCE_DEPTH });
  } catch (error) {
    const place =
      error instanceof TomlError ? { line: error.line, column: error.column } : { line: 1, column: 1 };
    const message = error instanceof TomlError ? firstLine(error.message) : "the file can't be parsed";
    sink.problems.push({ file: sink.file, ...place, code: ImportProblemCode.Syntax, message });
    return undefined;
  }
  const root = new TomlTree(keyPlaces(text), sink).node(value, '', 0);
  return sink.problems.length > 0 ? undefined : root;
}

const firstLine = (message: string) => message.split('\n', 1)[0] ?? message;

/** The first place of each dotted key, as far as one line shows it; what none shows is told at its table. */
function keyPlaces(text: string): ReadonlyMap<string, SourcePlace> {
  const places = new Map<string, SourcePlace>();
  let table = '';
  for (const [index, line] of text.split('\n').entries()) {
    const header = /^\s*\[\[?([^\]]+)\]/.exec(line)?.[1];
    const key = /^\s*([A-Za-z0-9_."'-]+?)\s*=/.exec(line)?.[1];
    const place = { line: index + 1, column: line.length - line.trimStart().length + 1 };
    if (header !== undefined) {
      table = plainKey(header);
      if (!places.has(table)) places.set(table, place);
    } else if (key !== undefined) {
      const path = table === '' ? plainKey(key) : `${table}.${plainKey(key)}`;
      if (!places.has(path)) places.set(path, place);
    }
  }
  return places;
}

const plainKey = (key: string) => key.replaceAll(/["'\s]/g, '');

class TomlTree {
  constructor(
    private readonly places: ReadonlyMap<string, SourcePlace>,
    private readonly sink: ProblemSink,
    private last: SourcePlace = { line: 1, column: 1 },
  ) {}

  node(value: unknown, path: string, depth: number): SourceNode {
    this.last = this.places.get(path.replaceAll(/\[\d+\]/g, '')) ?? this.last;
    const at = new SourceNode(this.sink, path, this.last, { kind: 'scalar', value: null });
    if (depth > MAX_SOURCE_DEPTH) {
      at.fault(ImportProblemCode.TooDeep, `nested deeper than ${MAX_SOURCE_DEPTH} levels`);
      return at;
    }
    return new SourceNode(this.sink, path, this.last, this.content(value, at, depth));
  }

  private content(value: unknown, at: SourceNode, depth: number): SourceContent {
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, index) => this.node(item, `${at.path}[${index}]`, depth + 1));
      return { kind: 'list', items };
    }
    if (typeof value === 'string' || typeof value === 'boolean') return { kind: 'scalar', value };
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return { kind: 'scalar', value };
      at.fault(ImportProblemCode.BadNumber, 'the number is not finite');
    } else if (typeof value !== 'object' || value === null || value instanceof Date) {
      at.fault(ImportProblemCode.WrongType, 'neither a text, a number, true, false, a list nor a table');
    } else return { kind: 'mapping', members: this.members(value, at, depth) };
    return { kind: 'scalar', value: null };
  }

  private members(value: object, at: SourceNode, depth: number): ReadonlyMap<string, SourceNode> {
    const members = new Map<string, SourceNode>();
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      const node = this.node(member, at.path === '' ? name : `${at.path}.${name}`, depth + 1);
      if (name === '__proto__')
        node.fault(ImportProblemCode.ForbiddenKey, '__proto__ is not allowed as a key');
      members.set(name, node);
    }
    return members;
  }
}
