import { ImportProblemCode, type ImportProblem, type SourcePlace } from '../import-result.js';
import { nearest } from './nearest.js';

/** What one node of a source holds. Mappings keep the order of the text. */
export type SourceContent =
  | { readonly kind: 'mapping'; readonly members: ReadonlyMap<string, SourceNode> }
  | { readonly kind: 'list'; readonly items: readonly SourceNode[] }
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null };

/** Collects what is wrong with one source. */
export interface ProblemSink {
  readonly file: string;
  readonly problems: ImportProblem[];
}

/** The characters that hide or reorder text; in a policy they only ever mislead its reader. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A node of a source with its place and its path. Readers add a problem and answer undefined when it does not fit. */
export class SourceNode {
  constructor(
    private readonly sink: ProblemSink,
    readonly path: string,
    readonly place: SourcePlace,
    readonly content: SourceContent,
  ) {}

  /** Adds a problem at this node. */
  fault(code: ImportProblemCode, message: string): undefined {
    const { file, problems } = this.sink;
    problems.push({ file, ...this.place, code, message });
    return undefined;
  }

  /** The members of a mapping. A key that is not known is a problem, with a suggestion where one is near. */
  members(what: string, known: readonly string[]): ReadonlyMap<string, SourceNode> | undefined {
    const members = this.anyMembers(what);
    for (const [key, node] of members ?? []) {
      if (known.includes(key)) continue;
      const near = nearest(key, known);
      const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`;
      node.fault(ImportProblemCode.UnknownKey, `${what} has an unknown key ${JSON.stringify(key)}: ${hint}`);
    }
    return members;
  }

  /** The members of a mapping whose keys are names of the source's own. */
  anyMembers(what: string): ReadonlyMap<string, SourceNode> | undefined {
    if (this.content.kind === 'mapping') return this.content.members;
    return this.fault(ImportProblemCode.WrongType, `${what} must be a mapping`);
  }

  /** The entries of a list. */
  items(what: string): readonly SourceNode[] | undefined {
    if (this.content.kind === 'list') return this.content.items;
    return this.fault(ImportProblemCode.WrongType, `${what} must be a list`);
  }

  /** A text that is neither empty nor blank, without control or invisible characters. */
  text(what: string): string | undefined {
    if (this.content.kind !== 'scalar' || typeof this.content.value !== 'string') {
      return this.fault(ImportProblemCode.WrongType, `${what} must be a text`);
    }
    const { value } = this.content;
    if (value.trim() === '') return this.fault(ImportProblemCode.BadValue, `${what} must not be empty`);
    if (HIDDEN.test(value) || !value.isWellFormed()) {
      return this.fault(ImportProblemCode.BadValue, `${what} has control or invisible characters`);
    }
    return value;
  }

  /** A text that the pattern covers whole. */
  word(what: string, pattern: RegExp, shape: string): string | undefined {
    const value = this.text(what);
    if (value === undefined || pattern.test(value)) return value;
    return this.fault(ImportProblemCode.BadValue, `${what} must be ${shape}, not ${JSON.stringify(value)}`);
  }

  /** A whole number from `min` to 2^31-1. */
  count(what: string, min: number): number | undefined {
    const value = this.content.kind === 'scalar' ? this.content.value : undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= 0x7fff_ffff)
      return value;
    return this.fault(
      ImportProblemCode.WrongType,
      `${what} must be a whole number from ${min} to 2147483647`,
    );
  }

  /** `true` or `false`. */
  flag(what: string): boolean | undefined {
    const value = this.content.kind === 'scalar' ? this.content.value : undefined;
    if (typeof value === 'boolean') return value;
    return this.fault(ImportProblemCode.WrongType, `${what} must be true or false`);
  }

  /** The entries of a list that `read` accepts, each once: an entry that stands twice is a problem. */
  list(what: string, read: (entry: SourceNode) => string | undefined): Entry[] {
    const entries: Entry[] = [];
    for (const node of this.items(what) ?? []) {
      const value = read(node);
      if (value === undefined) continue;
      if (entries.some((entry) => entry.value === value)) {
        node.fault(ImportProblemCode.BadValue, `${what} names ${JSON.stringify(value)} twice`);
      } else entries.push({ value, node });
    }
    return entries;
  }
}

/** A text of a list and where it stands. */
export interface Entry {
  readonly value: string;
  readonly node: SourceNode;
}
