import type { PolicySource } from '@countersign/policy-engine';
import type { PlacedProblem } from '../output/problem-lines.js';

/** Most files in a bundle. */
export const MAX_BUNDLE_FILES = 1_000;
/** Most text in a bundle, in bytes. */
export const MAX_BUNDLE_BYTES = 5 * 1024 * 1024;
/** Deepest folder in a bundle. */
export const MAX_BUNDLE_DEPTH = 16;

/** Why a bundle can't be read, besides what the language refuses. */
export const BundleProblemCode = {
  Unreadable: 'unreadable',
  NotAFile: 'not_a_file',
  OutsideBundle: 'outside_bundle',
  TooLarge: 'too_large',
  EmptyBundle: 'empty_bundle',
  NotText: 'not_text',
} as const;
export type BundleProblemCode = (typeof BundleProblemCode)[keyof typeof BundleProblemCode];

/** A bundle as it was at one moment, or the first thing that kept it from being read. Names are relative to the bundle. */
export type BundleReading =
  | { readonly ok: true; readonly isFolder: boolean; readonly sources: readonly PolicySource[] }
  | { readonly ok: false; readonly problem: PlacedProblem };

/** Keeps a bundle from being read. Thrown and caught inside this folder only. */
export class BundleFault extends Error {
  constructor(
    readonly file: string,
    readonly code: BundleProblemCode,
    message: string,
  ) {
    super(message);
  }
}
