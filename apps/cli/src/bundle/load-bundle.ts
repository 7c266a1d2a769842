import { join, resolve } from 'node:path';
import {
  loadPolicy,
  type PolicySnapshot,
  type PolicySource,
  type PolicyTest,
} from '@countersign/policy-engine';
import type { PlacedProblem } from '../output/problem-lines.js';
import { UserError } from '../user-error.js';
import { readBundle } from './read-bundle.js';

/** What came of reading and compiling one bundle. Problems name files as the caller would find them. */
export type LoadedBundle = { readonly bundle: string; readonly sources: readonly PolicySource[] } & (
  | {
      readonly ok: true;
      readonly snapshot: PolicySnapshot;
      readonly tests: readonly PolicyTest[];
      readonly warnings: readonly PlacedProblem[];
    }
  | { readonly ok: false; readonly errors: readonly PlacedProblem[] }
);

/**
 * Reads and compiles the bundle at a path. Throws a {@link UserError} when it can't be read; what is wrong with it is a
 * result. `cwd` is the folder that the caller's paths are relative to.
 */
export async function loadBundle(bundle: string, cwd: string): Promise<LoadedBundle> {
  const reading = await readBundle(resolve(cwd, bundle));
  if (!reading.ok) {
    const { file, message } = reading.problem;
    const within = file === resolve(cwd, bundle) ? bundle : join(bundle, file);
    throw new UserError(`${within}: ${message}`);
  }
  const { sources, isFolder } = reading;
  // From names inside of the bundle to paths that an editor finds from the caller's folder.
  const placed = <T extends { readonly file: string }>(of: T): T => ({
    ...of,
    file: isFolder ? join(bundle, of.file) : bundle,
  });
  const loaded = loadPolicy(sources);
  if (!loaded.ok) return { ok: false, bundle, sources, errors: loaded.errors.map(placed) };
  const { snapshot, tests, warnings } = loaded;
  return { ok: true, bundle, sources, snapshot, tests: tests.map(placed), warnings: warnings.map(placed) };
}
