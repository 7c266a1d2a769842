import { decide, type PolicyDecision } from '../decide/decide.js';
import { withScannedInput } from '../input/scan-input.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { Decision, DecisionType } from '../vocabulary.js';
import type { Expectation, Json, PolicyTest, TestDifference, TestResult } from './policy-test.js';

/** Decides the job of each test under a snapshot and compares. Pure; in the order of the tests. */
export function runPolicyTests(snapshot: PolicySnapshot, tests: readonly PolicyTest[]): TestResult[] {
  return tests.map(({ name, file, line, column, request, expect }) => {
    const decision = decide(snapshot, withScannedInput(snapshot, request));
    const differences = differencesOf(expect, decision);
    const passed = differences.length === 0;
    return { name, file, line, column, passed, differences, reason: decision.reason };
  });
}

function differencesOf(expect: Expectation, decision: PolicyDecision): TestDifference[] {
  const got: Record<keyof Expectation, Json | undefined> = {
    decision: Object.values(Decision).find((word) => DecisionType[word] === decision.type),
    rule: decision.ruleIds[0],
    reason_code: decision.reasonCode,
    constraints: asJson(decision.constraints),
    obligations: asJson(decision.obligations),
    tags: decision.derivedTags,
  };
  const differences: TestDifference[] = [];
  for (const what of ['decision', 'rule', 'reason_code', 'constraints', 'obligations', 'tags'] as const) {
    const expected = expect[what];
    if (expected === undefined) continue;
    if (!isPartOf(expected, got[what])) differences.push({ what, expected, got: got[what] });
  }
  return differences;
}

/** Whether every member that is expected is there and equal; lists and single values must be equal as a whole. */
function isPartOf(expected: Json, got: Json | undefined): boolean {
  if (Array.isArray(expected)) {
    const items: readonly Json[] = expected;
    if (!Array.isArray(got) || got.length !== items.length) return false;
    const others: readonly Json[] = got;
    return items.every((item, index) => isPartOf(item, others[index]));
  }
  if (typeof expected !== 'object' || expected === null) return expected === got;
  if (typeof got !== 'object' || got === null || Array.isArray(got)) return false;
  const members = new Map(Object.entries(got));
  return Object.entries(expected).every(([name, value]) => isPartOf(value, members.get(name)));
}

/** Constraints and obligations hold nothing that JSON does not have; the copy says so to the compiler. */
function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
