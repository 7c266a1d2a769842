/** Why an import was refused. Stable; shown with file, line and column. */
export const ImportProblemCode = {
  Syntax: 'syntax',
  TooLarge: 'too_large',
  TooDeep: 'too_deep',
  DuplicateKey: 'duplicate_key',
  ForbiddenKey: 'forbidden_key',
  HiddenMeaning: 'hidden_meaning',
  BadNumber: 'bad_number',
  UnknownKey: 'unknown_key',
  MissingKey: 'missing_key',
  WrongType: 'wrong_type',
  BadValue: 'bad_value',
  /** The condition is outside what can be carried over exactly. */
  BadCondition: 'bad_condition',
  /** The source says less than a rule needs: the message is the question, and names the option that answers it. */
  NeedsAnswer: 'needs_answer',
  UnknownFormat: 'unknown_format',
  BadOption: 'bad_option',
} as const;
export type ImportProblemCode = (typeof ImportProblemCode)[keyof typeof ImportProblemCode];

/** A place in the source. `line` and `column` count from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** What keeps a source from being imported. */
export interface ImportProblem extends SourcePlace {
  readonly file: string;
  readonly code: ImportProblemCode;
  readonly message: string;
}

/** One line of the report: where in the source (`escalation_rules[0].condition`), and what became of it. */
export interface ReportEntry {
  readonly source: string;
  readonly line: number;
  readonly text: string;
}

/** What became of each part of the source. Nothing that the source says is missing from all four lists. */
export interface ImportReport {
  /** Became native rules that decide the same. */
  readonly mapped: readonly ReportEntry[];
  /** Taken with an answer from the options, or with the strict default where none was given. */
  readonly asked: readonly ReportEntry[];
  /** No rule can say it; to be set up elsewhere, and named with where. */
  readonly notExpressed: readonly ReportEntry[];
  /** What the source let through and the native rules do not. */
  readonly closedHoles: readonly ReportEntry[];
}

/** A native policy file of the import; the path is relative to the bundle. */
export interface ImportedFile {
  readonly path: string;
  readonly text: string;
}

/** A source is imported whole or refused whole; the report of a refused one tells what was understood. */
export type ImportResult =
  | { readonly ok: true; readonly files: readonly ImportedFile[]; readonly report: ImportReport }
  | { readonly ok: false; readonly problems: readonly ImportProblem[]; readonly report: ImportReport };
