import type { LoadResult, PolicyProblem, PolicySource } from '../policy-source.js';
import { ProblemCode } from '../vocabulary.js';
import { compileSnapshot } from './compile-snapshot.js';
import { lintRules } from './lint-rules.js';
import { readPolicyFile } from './read-policy-file.js';
import type { Located } from './read-rule.js';

/** Most rules in a set; the index is made for ten thousand, and more is a sign of rules that should be data. */
export const MAX_RULES = 50_000;
/** Most classify rules in a set; they are looked at one by one. */
export const MAX_CLASSIFY_RULES = 256;

/**
 * Compiles the files of a policy set. All or nothing: one error in one file refuses the set, and every error that can
 * be found is reported. Never throws on any text.
 */
export function loadPolicy(sources: readonly PolicySource[]): LoadResult {
  const errors: PolicyProblem[] = [];
  const files = sources.map((source) => readPolicyFile(source, errors));
  const rules = files.flatMap((file) => file.rules);
  const classify = files.flatMap((file) => file.classify);
  errors.push(...duplicates(rules, 'rule'), ...duplicates(classify, 'classify rule'));
  const whole = { file: sources[0]?.file ?? '', line: 1, column: 1 };
  if (rules.length === 0 && errors.length === 0) {
    errors.push({ ...whole, code: ProblemCode.EmptyPolicy, message: 'the policy set has no rule' });
  }
  if (rules.length > MAX_RULES) {
    errors.push({
      ...whole,
      code: ProblemCode.TooLarge,
      message: `the set has more than ${MAX_RULES} rules`,
    });
  }
  if (classify.length > MAX_CLASSIFY_RULES) {
    const message = `the set has more than ${MAX_CLASSIFY_RULES} classify rules`;
    errors.push({ ...whole, code: ProblemCode.TooLarge, message });
  }
  if (errors.length > 0) return { ok: false, errors };
  const snapshot = compileSnapshot(
    rules.map(({ value }) => value),
    classify.map(({ value }) => value),
  );
  return { ok: true, snapshot, warnings: lintRules(rules, classify) };
}

function duplicates(entries: readonly Located<{ readonly id: string }>[], kind: string): PolicyProblem[] {
  const first = new Map<string, Located<{ readonly id: string }>>();
  const problems: PolicyProblem[] = [];
  for (const entry of entries) {
    const { value, at } = entry;
    const other = first.get(value.id);
    if (other) {
      const message = `${kind} ${value.id} is already at ${other.at.file}:${other.at.line}`;
      problems.push({ ...at, code: ProblemCode.DuplicateId, message });
    } else first.set(value.id, entry);
  }
  return problems;
}
