import type { InputRule, OutputRule } from '../findings/finding-rule.js';
import type { ClassifyRule, PolicyRule } from '../policy-rule.js';
import type { LoadResult, PolicyProblem, PolicySource } from '../policy-source.js';
import { ProblemCode } from '../vocabulary.js';
import { readTests } from '../tests/read-tests.js';
import { checkIncludes } from './check-includes.js';
import { compileConditions } from './compile-conditions.js';
import { compileSnapshot } from './compile-snapshot.js';
import { lintFindingRules } from './lint-finding-rules.js';
import { lintRules } from './lint-rules.js';
import { parseYaml } from './parse-yaml.js';
import { readPolicyFile, readTop, type PolicyFile, type Stated } from './read-policy-file.js';
import type { Located } from './read-rule.js';
import { withinScope } from './read-scope.js';
import { readSets } from './read-sets.js';
import { finishSections } from './sections/index.js';

/** Most rules in a set; the index is made for ten thousand, and more is a sign of rules that should be data. */
export const MAX_RULES = 50_000;
/** Most classify rules in a set; they are looked at one by one. */
export const MAX_CLASSIFY_RULES = 256;
/** Most rules about inputs, and most about outputs; each finding is held against all that concern its job. */
export const MAX_FINDING_RULES = 256;

/**
 * Compiles the files of a policy set. All or nothing: one error in one file refuses the set, and every error that can
 * be found is reported. Never throws on any text. Reads no file: what is included must be among the sources.
 */
export function loadPolicy(sources: readonly PolicySource[]): LoadResult {
  const errors: PolicyProblem[] = [];
  const tops = sources.flatMap((source) => {
    const parsed = parseYaml(source, errors);
    const top = parsed && readTop(parsed);
    return top ? [{ file: source.file, reader: parsed.reader, top }] : [];
  });
  checkIncludes(
    tops,
    sources.map(({ file }) => file),
  );
  const sets = readSets(tops);
  for (const { reader } of tops) reader.useSets(sets);
  const files = tops.map(({ reader, top }) => readPolicyFile(reader, top));
  const tests = tops.flatMap(({ reader, top }) => readTests(reader, top.members));
  const scopes = files.flatMap(({ scope }) => scope ?? []);
  const rules = completeRules(files);
  const classify = files.flatMap((file) => file.classify);
  const input = files.flatMap((file) => file.input);
  const output = files.flatMap((file) => file.output.rules);
  const [policyId, secondId] = files.flatMap((file) => file.policyId ?? []);
  const [policyVersion, secondVersion] = files.flatMap((file) => file.policyVersion ?? []);
  errors.push(
    ...doubledFiles(sources),
    ...duplicates([...rules, ...input, ...output], 'rule'),
    ...duplicates(classify, 'classify rule'),
    ...duplicates(
      scopes.filter(({ value }) => value.default === 'deny'),
      'scope',
    ),
    ...twice(policyId, secondId, 'policy_id'),
    ...twice(policyVersion, secondVersion, 'policy_version'),
    ...sizeProblems({ rules, classify, input, output }, sources[0]?.file ?? '', errors.length > 0),
  );
  const written = tops.flatMap(({ reader }) => reader.conditions);
  const conditions = compileConditions(written, [...rules, ...classify], sets, errors);
  if (errors.length > 0) return { ok: false, errors };
  const snapshot = compileSnapshot(
    {
      ...(policyId && { policy_id: policyId.value }),
      ...(policyVersion && { policy_version: policyVersion.value }),
      rules: rules.map(({ value }) => value),
      classify: classify.map(({ value }) => value),
      scopes: [...new Map(scopes.map(({ value }) => [value.id, value])).values()],
      sets: Object.fromEntries(sets),
      input: input.map(({ value }) => value),
      output: {
        regions: [...new Set(files.flatMap((file) => file.output.regions))].sort(),
        rules: output.map(({ value }) => value),
      },
    },
    conditions,
  );
  return {
    ok: true,
    snapshot,
    tests,
    warnings: [...lintRules(rules, classify), ...lintFindingRules(input, output)],
  };
}

/** Short forms that need the whole bundle are completed, and what came of them is narrowed to its scope once more. */
function completeRules(files: readonly PolicyFile[]): Located<PolicyRule>[] {
  const scopes = files.flatMap(({ scope }) => scope?.value ?? []);
  const finished = finishSections(files.flatMap((file) => file.rules));
  return finished.flatMap((rule) => {
    const scope = scopes.find(({ id }) => id === rule.value.scope);
    const value = scope ? withinScope(rule.value, scope) : rule.value;
    return value ? [{ ...rule, value }] : [];
  });
}

interface Counted {
  readonly rules: readonly Located<PolicyRule>[];
  readonly classify: readonly Located<ClassifyRule>[];
  readonly input: readonly Located<InputRule>[];
  readonly output: readonly Located<OutputRule>[];
}

function sizeProblems(
  { rules, classify, input, output }: Counted,
  file: string,
  hasErrors: boolean,
): PolicyProblem[] {
  const whole = { file, line: 1, column: 1 };
  const problems: PolicyProblem[] = [];
  if (rules.length === 0 && !hasErrors) {
    problems.push({ ...whole, code: ProblemCode.EmptyPolicy, message: 'the policy set has no rule' });
  }
  if (rules.length > MAX_RULES) {
    const message = `the set has more than ${MAX_RULES} rules`;
    problems.push({ ...whole, code: ProblemCode.TooLarge, message });
  }
  if (classify.length > MAX_CLASSIFY_RULES) {
    const message = `the set has more than ${MAX_CLASSIFY_RULES} classify rules`;
    problems.push({ ...whole, code: ProblemCode.TooLarge, message });
  }
  if (input.length > MAX_FINDING_RULES || output.length > MAX_FINDING_RULES) {
    const message = `the set has more than ${MAX_FINDING_RULES} rules about inputs, or about outputs`;
    problems.push({ ...whole, code: ProblemCode.TooLarge, message });
  }
  return problems;
}

function twice(
  first: Stated<string> | undefined,
  second: Stated<string> | undefined,
  key: string,
): PolicyProblem[] {
  if (!first || !second) return [];
  const message = `${key} is already at ${first.at.file}:${first.at.line}; a bundle states it once`;
  return [{ ...second.at, code: ProblemCode.DuplicateKey, message }];
}

/** Of two files of one name, an include and a message could mean either. */
function doubledFiles(sources: readonly PolicySource[]): PolicyProblem[] {
  const seen = new Set<string>();
  return sources.flatMap(({ file }) => {
    if (!seen.has(file)) {
      seen.add(file);
      return [];
    }
    return [
      { file, line: 1, column: 1, code: ProblemCode.DuplicateFile, message: 'the set has this file twice' },
    ];
  });
}

function duplicates(entries: readonly Stated<{ readonly id: string }>[], kind: string): PolicyProblem[] {
  const first = new Map<string, Stated<{ readonly id: string }>>();
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
