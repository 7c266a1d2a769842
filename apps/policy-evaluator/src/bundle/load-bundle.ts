import {
  loadPolicy,
  runPolicyTests,
  type PolicyProblem,
  type PolicySnapshot,
  type PolicySource,
  type TestResult,
} from '@countersign/policy-engine';
import { BundleProblemCode, type BundleProblem } from './bundle.js';

/** Most problems that are told of one bundle. */
export const MAX_PROBLEMS = 200;

export type LoadedBundle =
  | { readonly ok: true; readonly snapshot: PolicySnapshot; readonly warnings: readonly PolicyProblem[] }
  | { readonly ok: false; readonly problems: readonly BundleProblem[] };

/** Compiles a bundle and runs the tests in it: a bundle whose tests fail is refused like one that can't be read. Pure. */
export function loadBundle(sources: readonly PolicySource[]): LoadedBundle {
  const loaded = loadPolicy(sources);
  if (!loaded.ok) return { ok: false, problems: loaded.errors.slice(0, MAX_PROBLEMS) };
  const { snapshot, warnings } = loaded;
  const failed = runPolicyTests(snapshot, loaded.tests).filter(({ passed }) => !passed);
  if (failed.length > 0) return { ok: false, problems: failed.slice(0, MAX_PROBLEMS).map(testProblem) };
  return { ok: true, snapshot, warnings: warnings.slice(0, MAX_PROBLEMS) };
}

function testProblem({ name, file, line, column, differences, reason }: TestResult): BundleProblem {
  const told = differences.map(
    ({ what, expected, got }) =>
      `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got) ?? 'nothing'}`,
  );
  const message = `test ${JSON.stringify(name)}: ${told.join('; ')} (${reason})`;
  return { file, line, column, code: BundleProblemCode.TestFailed, message };
}
