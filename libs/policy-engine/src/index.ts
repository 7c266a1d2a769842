export {
  InputAction,
  INPUT_ACTIONS,
  type FindingMatch,
  type InputRule,
  type OutputPolicy,
  type OutputRule,
} from './findings/finding-rule.js';
export { recordInput, withRecordedInput } from './input/record-input.js';
export { redactInput, scanInput, withScannedInput } from './input/scan-input.js';
export type { InputFinding, ScannedInput } from './input/scanned-input.js';
export { decideOutput, type OutputDecision, type OutputPlace } from './output/decide-output.js';
export { INTERPRETERS, isNeverAllowed, runsOthers, WRAPPERS } from './cel/command-runners.js';
export { isShellAllowed } from './cel/shell-allowed.js';
export { isShellBlocked } from './cel/shell-blocked.js';
export { decide, type PolicyDecision } from './decide/decide.js';
export type { Obligations, ThrottleLimit, ThrottleObligation } from './decide/merge-obligations.js';
export type { PolicyRequest, VerifiedAgent } from './decide/policy-request.js';
export { policyRequestOf, type KnownSender } from './decide/policy-request-of.js';
export { isEngineFault } from './decide/reasons.js';
export { explain } from './explain/explain.js';
export type {
  ExplainedClassifyRule,
  ExplainedRule,
  ExplainedScope,
  Explanation,
  FailedCondition,
} from './explain/explanation.js';
export { loadPolicy, MAX_CLASSIFY_RULES, MAX_FINDING_RULES, MAX_RULES } from './load/load-policy.js';
export { MAX_FILE_LENGTH } from './load/parse-yaml.js';
export { DEFAULT_APPROVAL_TTL_SEC, DEFAULT_QUORUM } from './load/read-obligations.js';
export type {
  ApprovalTerms,
  ClassifyMatch,
  ClassifyRule,
  Constraints,
  MatchException,
  PolicyRule,
  PolicyScope,
  RuleMatch,
  TagCondition,
  ThrottleTerms,
} from './policy-rule.js';
export { MAX_CONDITION_LENGTH } from './load/read-when.js';
export { includedFile } from './load/check-includes.js';
export { suggest } from './load/suggest.js';
export {
  MAX_RESOURCE_LENGTH,
  normaliseResource,
  type NormalResource,
} from './resource/normalise-resource.js';
export type { PolicySnapshot } from './policy-snapshot.js';
export type { LoadResult, PolicyProblem, PolicySource } from './policy-source.js';
export { printPolicy, printRule, type PrintablePolicy } from './print/print-policy.js';
export { policySchema } from './schema/policy-schema.js';
export type { Expectation, Json, PolicyTest, TestDifference, TestResult } from './tests/policy-test.js';
export { runPolicyTests } from './tests/run-policy-tests.js';
export {
  MAX_PATTERN_TOKENS,
  MAX_TOPIC_LENGTH,
  isTopic,
  topicMatches,
  topicPatternFault,
} from './topic/topic-pattern.js';
export {
  CommandShape,
  Decision,
  DecisionType,
  ObligationFlag,
  OnExcess,
  ProblemCode,
  ReasonCode,
  ThrottleKey,
} from './vocabulary.js';
