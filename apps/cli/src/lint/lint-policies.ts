import { loadBundle, type LoadedBundle } from '../bundle/load-bundle.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { count } from '../output/count.js';
import { problemLine, Severity, type PlacedProblem } from '../output/problem-lines.js';
import type { Shell } from '../shell.js';

export interface LintOptions {
  readonly json?: boolean;
  /** Warnings count as errors for the exit code. */
  readonly strict?: boolean;
}

/** `policy lint`: tells everything that is wrong with bundles, and what a reader should look at again. */
export async function lintPolicies(
  shell: Shell,
  bundles: readonly string[],
  { json = false, strict = false }: LintOptions,
): Promise<ExitCode> {
  const loaded: LoadedBundle[] = [];
  for (const bundle of bundles) loaded.push(await loadBundle(bundle, shell.around.cwd));
  const errors = loaded.flatMap(errorsOf);
  const warnings = loaded.flatMap(warningsOf);
  const ok = errors.length === 0 && !(strict && warnings.length > 0);
  if (json) shell.json({ ok, bundles: loaded.map(lintJson) });
  else {
    for (const one of loaded) printFindings(shell, one);
    if (errors.length + warnings.length > 0)
      shell.print(`${count(errors.length, 'error')}, ${count(warnings.length, 'warning')}`);
  }
  return ok ? EXIT.ok : EXIT.wrong;
}

/** Writes the findings of one bundle, or what it is if there are none. */
export function printFindings(shell: Shell, loaded: LoadedBundle): void {
  for (const problem of errorsOf(loaded)) shell.print(problemLine(problem, Severity.Error));
  for (const problem of warningsOf(loaded)) shell.print(problemLine(problem, Severity.Warning));
  if (loaded.ok) {
    const { rules, hash } = loaded.snapshot;
    shell.print(
      `${loaded.bundle}: ${count(rules.length, 'rule')}, ${count(loaded.tests.length, 'test')}, ${hash}`,
    );
  }
}

/** What programs are told of one bundle. */
export function lintJson(loaded: LoadedBundle): Record<string, unknown> {
  const { bundle, ok } = loaded;
  const findings = { errors: errorsOf(loaded), warnings: warningsOf(loaded) };
  if (!loaded.ok) return { bundle, ok, ...findings };
  const { hash, policy_id, policy_version, rules } = loaded.snapshot;
  return {
    bundle,
    ok,
    snapshot: hash,
    policy_id: policy_id ?? null,
    policy_version: policy_version ?? null,
    rules: rules.length,
    tests: loaded.tests.length,
    ...findings,
  };
}

const errorsOf = (loaded: LoadedBundle): readonly PlacedProblem[] => (loaded.ok ? [] : loaded.errors);
const warningsOf = (loaded: LoadedBundle): readonly PlacedProblem[] => (loaded.ok ? loaded.warnings : []);
