import type { PolicySource } from '@countersign/policy-engine';

/** What is wrong with a bundle. `line` and `column` count from 1; 0 where the file as a whole is meant. */
export interface BundleProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** A `ProblemCode` of the engine, or one of {@link BundleProblemCode}. */
  readonly code: string;
  readonly message: string;
}

/** Why a bundle is refused besides what the language itself refuses. */
export const BundleProblemCode = {
  Unreadable: 'unreadable',
  NotAFile: 'not_a_file',
  OutsideBundle: 'outside_bundle',
  TooLarge: 'too_large',
  EmptyBundle: 'empty_bundle',
  NotText: 'not_text',
  TestFailed: 'test_failed',
  /** The process is pinned to another policy. */
  Pinned: 'pinned',
  /** What is stored under a digest does not give that digest any more. */
  Unloadable: 'unloadable',
} as const;
export type BundleProblemCode = (typeof BundleProblemCode)[keyof typeof BundleProblemCode];

/** The files of a bundle as they were at one moment, and the digest of names and contents. */
export interface Bundle {
  readonly sources: readonly PolicySource[];
  readonly content: string;
}

/** A bundle, or why it can't be read; then the digest is of what is wrong, so that the same is known again. */
export type BundleReading =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly content: string; readonly problems: readonly BundleProblem[] };

/** The digest by which a reading is known again. */
export const contentOf = (reading: BundleReading): string =>
  reading.ok ? reading.bundle.content : reading.content;
