/** A native rule as it is written down, and the comment that says where in the source it came from. */
export interface NativeEntry {
  readonly comment: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A native policy file before it is text. Sections that are empty are left out. */
export interface NativePolicy {
  /** Told at the head of the file. */
  readonly comment: string;
  /** Once in a bundle. */
  readonly policyId?: string;
  /** Once in a bundle. */
  readonly policyVersion?: string;
  /** More files of the bundle, relative to this one. */
  readonly include?: readonly string[];
  /** Short forms and options of the language, by their keys, written before the rules. */
  readonly sections?: readonly NativeSection[];
  readonly rules: readonly NativeEntry[];
  readonly tests: readonly NativeTest[];
}

/** A key of a native file with a list of entries, or with one word. */
export interface NativeSection {
  readonly key: string;
  readonly entries: readonly NativeEntry[] | string;
}

/** A job and the decision that the source means for it. */
export interface NativeTest {
  readonly name: string;
  readonly job: Readonly<Record<string, unknown>>;
  readonly now?: string;
  readonly decision: 'allow' | 'allow_with_constraints' | 'throttle' | 'require_approval' | 'deny';
}
