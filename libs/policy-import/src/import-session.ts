import type { ImportOptions } from './import-options.js';
import {
  ImportProblemCode,
  type ImportedFile,
  type ImportProblem,
  type ImportResult,
  type ReportEntry,
} from './import-result.js';
import { guessSyntax } from './source/guess-syntax.js';
import { readSource, type SourceSyntax } from './source/read-source.js';
import type { SourceNode } from './source/source-node.js';

/** One import: its options, its problems, and the report as it grows. */
export class ImportSession {
  readonly problems: ImportProblem[] = [];
  readonly file: string;
  private readonly report = {
    mapped: [] as ReportEntry[],
    asked: [] as ReportEntry[],
    notExpressed: [] as ReportEntry[],
    closedHoles: [] as ReportEntry[],
  };

  constructor(readonly options: ImportOptions) {
    this.file = options.fileName ?? 'source';
  }

  /** The source as nodes, or undefined with problems. */
  read(text: string, syntax?: SourceSyntax): SourceNode | undefined {
    return readSource(text, this.options.syntax ?? syntax ?? guessSyntax(text, this.file), this);
  }

  /** The members of a mapping; keys that the options set aside are named in the report. */
  members(node: SourceNode, what: string, known: readonly string[]): ReadonlyMap<string, SourceNode> {
    const aside = this.options.setAside ?? [];
    const all = node.anyMembers(what) ?? new Map<string, SourceNode>();
    for (const [key, member] of all) {
      if (!known.includes(key) && aside.includes(member.path)) {
        this.notExpressed(member, 'set aside by the options');
      }
    }
    const setAside = [...all].filter(([, member]) => aside.includes(member.path)).map(([key]) => key);
    return node.members(what, [...known, ...setAside]) ?? all;
  }

  mapped(node: SourceNode, text: string): void {
    this.report.mapped.push(entry(node, text));
  }

  asked(node: SourceNode, text: string): void {
    this.report.asked.push(entry(node, text));
  }

  notExpressed(node: SourceNode, text: string): void {
    this.report.notExpressed.push(entry(node, text));
  }

  closed(node: SourceNode, text: string): void {
    this.report.closedHoles.push(entry(node, text));
  }

  /** Adds the question that keeps the import from going on. */
  question(node: SourceNode, message: string): undefined {
    return node.fault(ImportProblemCode.NeedsAnswer, message);
  }

  /** An answer among the options that can't be used. */
  badOption(message: string): undefined {
    this.problems.push({ file: 'options', line: 1, column: 1, code: ImportProblemCode.BadOption, message });
    return undefined;
  }

  /** The result: the files, unless something was wrong. */
  finish(write: () => readonly ImportedFile[]): ImportResult {
    if (this.problems.length > 0) return { ok: false, problems: this.problems, report: this.report };
    return { ok: true, files: write(), report: this.report };
  }
}

const entry = ({ path, place }: SourceNode, text: string): ReportEntry => ({
  source: path,
  line: place.line,
  text,
});
