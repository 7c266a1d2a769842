import { runPolicyTests, type TestResult } from '@countersign/policy-engine';
import { loadBundle, type LoadedBundle } from '../bundle/load-bundle.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { lintJson, printFindings } from '../lint/lint-policies.js';
import { count } from '../output/count.js';
import type { Shell } from '../shell.js';

interface TestedBundle {
  readonly loaded: LoadedBundle;
  readonly results: readonly TestResult[];
}

/** `policy test` (P10): lints bundles, runs the tests beside their rules and names what failed. */
export async function testPolicies(
  shell: Shell,
  bundles: readonly string[],
  { json = false }: { readonly json?: boolean },
): Promise<ExitCode> {
  const tested: TestedBundle[] = [];
  for (const bundle of bundles) {
    const loaded = await loadBundle(bundle, shell.around.cwd);
    tested.push({ loaded, results: loaded.ok ? runPolicyTests(loaded.snapshot, loaded.tests) : [] });
  }
  const ok = tested.every(passes);
  if (json) shell.json({ ok, bundles: tested.map(testJson) });
  else for (const one of tested) printTested(shell, one);
  return ok ? EXIT.ok : EXIT.wrong;
}

const passes = ({ loaded, results }: TestedBundle) => loaded.ok && results.every(({ passed }) => passed);

function testJson({ loaded, results }: TestedBundle): Record<string, unknown> {
  const failed = results.filter(({ passed }) => !passed);
  return {
    ...lintJson(loaded),
    ok: passes({ loaded, results }),
    passed: results.length - failed.length,
    failed: failed.map(({ passed: _passed, ...failure }) => failure),
  };
}

function printTested(shell: Shell, { loaded, results }: TestedBundle): void {
  printFindings(shell, loaded);
  if (!loaded.ok) return;
  if (results.length === 0) {
    shell.print(`${loaded.bundle}: the bundle has no tests`);
    return;
  }
  const failed = results.filter(({ passed }) => !passed);
  for (const failure of failed) printFailure(shell, failure);
  const told =
    failed.length > 0 ? `${failed.length} of ${count(results.length, 'test')} failed` : 'all tests pass';
  shell.print(`${loaded.bundle}: ${told}`);
}

function printFailure(shell: Shell, { file, line, column, name, differences, reason }: TestResult): void {
  shell.print(`${file}:${line}:${column}: failed: ${name}`);
  for (const { what, expected, got } of differences) {
    shell.print(`  ${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got) ?? 'nothing'}`);
  }
  shell.print(`  because: ${reason}`);
}
