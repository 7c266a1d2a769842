import type { SourceSyntax } from './source/read-source.js';

/** Where a job carries what the source gives a name to. */
export interface NameAnswer {
  /** `params.amount`, `labels.region`, `estimate.usd`, `rationale.confidence`: a member of the job. */
  readonly path: string;
  /**
   * The actions that must carry it: without it they are denied. Other actions may leave it out; when they carry it the
   * condition counts for them too. Absent: every allowed action must carry it.
   */
  readonly carriedBy?: readonly string[];
  /** Negative numbers are meant. Else a value below 0 is denied, because it would pass under every limit. */
  readonly signed?: boolean;
}

/** The answers that an import needs and the source does not hold. All are checked; a wrong one refuses the import. */
export interface ImportOptions {
  /** The source's name, for places in problems and comments. @default 'source' */
  readonly fileName?: string;
  /** What the source is written in. @default by name and text */
  readonly syntax?: SourceSyntax;
  /** The `policy_id` of the bundle. @default from the source */
  readonly policyId?: string;
  /** The topics that the policy is about. Each format says its default in `docs/policy-import.md`. */
  readonly topics?: readonly string[];
  /** The agents that the policy is about, where the source names none. @default every agent */
  readonly agents?: readonly string[];
  /** Where jobs carry what the source's conditions name; a text is short for `{ path }`. */
  readonly names?: Readonly<Record<string, string | NameAnswer>>;
  /** What each named rate limit counts: actions, or `'*'` for every job of the policy. */
  readonly limits?: Readonly<Record<string, '*' | readonly string[]>>;
  /** The topics behind each gateway route, by its path. */
  readonly routes?: Readonly<Record<string, readonly string[]>>;
  /** The host of repositories that the source names without one, such as `github.com`. @default any host */
  readonly repositoryHost?: string;
  /** IANA zone of hours that the source gives without one. */
  readonly timezone?: string;
  /** What becomes of an action that the source does not mention. @default 'deny' */
  readonly unlisted?: 'deny' | 'require_approval';
  /** Blocked patterns that look like regular expressions are meant letter by letter. @default they are refused */
  readonly literalPatterns?: boolean;
  /** Keys that no importer knows, by path, to be named in the report instead of refusing the source. */
  readonly setAside?: readonly string[];
}
