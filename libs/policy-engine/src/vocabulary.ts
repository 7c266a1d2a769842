/** The decision words of the language, exactly as a policy file spells them. */
export const Decision = {
  Allow: 'allow',
  AllowWithConstraints: 'allow_with_constraints',
  Throttle: 'throttle',
  RequireApproval: 'require_approval',
  Deny: 'deny',
} as const;
export type Decision = (typeof Decision)[keyof typeof Decision];

/** The answer given for a request: the decision word as messages and the API spell it. */
export const DecisionType = {
  allow: 'ALLOW',
  allow_with_constraints: 'ALLOW_WITH_CONSTRAINTS',
  throttle: 'THROTTLE',
  require_approval: 'REQUIRE_APPROVAL',
  deny: 'DENY',
} as const satisfies Record<Decision, string>;
export type DecisionType = (typeof DecisionType)[Decision];

/** How strict a decision is; of all that match, the highest wins whatever the order of the rules. */
export const STRICTNESS = {
  allow: 0,
  allow_with_constraints: 1,
  throttle: 2,
  require_approval: 3,
  deny: 4,
} as const satisfies Record<Decision, number>;

/** Why a request was answered as it was. */
export const ReasonCode = {
  Rule: 'rule',
  NoMatch: 'no_match',
  NotInScope: 'not_in_scope',
  MissingInput: 'missing_input',
  TypeError: 'type_error',
  EvaluationError: 'evaluation_error',
  Blacklisted: 'blacklisted',
  NotAllowlisted: 'not_allowlisted',
  OutsideHours: 'outside_hours',
  CompensationRequired: 'compensation_required',
  LowConfidence: 'low_confidence',
  NeverAutoApprove: 'never_auto_approve',
  InputFinding: 'input_finding',
  InputRedacted: 'input_redacted',
  InputUnscannable: 'input_unscannable',
  PublishReview: 'publish_review',
} as const;
export type ReasonCode = (typeof ReasonCode)[keyof typeof ReasonCode];

/**
 * Whose requests share one rate. An agent counts within its tenant; `action` is the last token of the topic unless
 * the job names its action.
 */
export const ThrottleKey = { Tenant: 'tenant', Agent: 'agent', Action: 'action', Topic: 'topic' } as const;
export type ThrottleKey = (typeof ThrottleKey)[keyof typeof ThrottleKey];

/** What becomes of a job over its rate: it waits, or it is denied. */
export const OnExcess = { Hold: 'hold', Reject: 'reject' } as const;
export type OnExcess = (typeof OnExcess)[keyof typeof OnExcess];

/** What else has to happen with a job, kept by the services behind the decision. */
export const ObligationFlag = {
  /** The job is marked in the audit as one to look at. */
  Audit: 'audit',
  /** The released work waits for a person's mark (H12). */
  ReviewAfter: 'review_after',
  /** Somebody is told. */
  Notify: 'notify',
  /** A failed run is rolled back by its compensation. */
  Rollback: 'rollback',
} as const;
export type ObligationFlag = (typeof ObligationFlag)[keyof typeof ObligationFlag];

/** What a `classify` rule can look for in a job's params. */
export const CommandShape = {
  /** `rm` with a recursive option, however quoted, spaced, wrapped or split over an argument list. */
  RmRecursive: 'rm_recursive',
  /** `find` with `-delete`, or with an `rm` to execute. */
  FindDelete: 'find_delete',
} as const;
export type CommandShape = (typeof CommandShape)[keyof typeof CommandShape];

/** Why a policy set was refused, or what a reader should look at again. Stable; shown with file, line and column. */
export const ProblemCode = {
  YamlSyntax: 'yaml_syntax',
  DuplicateKey: 'duplicate_key',
  DuplicateFile: 'duplicate_file',
  AliasNotAllowed: 'alias_not_allowed',
  TagNotAllowed: 'tag_not_allowed',
  TooLarge: 'too_large',
  EmptyPolicy: 'empty_policy',
  MissingVersion: 'missing_version',
  UnsupportedVersion: 'unsupported_version',
  UnknownKey: 'unknown_key',
  MissingKey: 'missing_key',
  KeyNotAllowed: 'key_not_allowed',
  WrongType: 'wrong_type',
  BadValue: 'bad_value',
  BadLimit: 'bad_limit',
  BadTopicPattern: 'bad_topic_pattern',
  UnknownDecision: 'unknown_decision',
  UnknownConstraint: 'unknown_constraint',
  DuplicateId: 'duplicate_id',
  EmptyCondition: 'empty_condition',
  BadResourcePattern: 'bad_resource_pattern',
  UnknownSet: 'unknown_set',
  /** A condition that can't be read, or whose result is not true or false. */
  BadCondition: 'bad_condition',
  UnknownVariable: 'unknown_variable',
  UnknownFunction: 'unknown_function',
  UnknownField: 'unknown_field',
  BadInclude: 'bad_include',
  BadScope: 'bad_scope',
  BadTest: 'bad_test',
  /** A rule that never decides, because a deny holds whenever it holds. */
  UnreachableRule: 'unreachable_rule',
  /** Two rules on exactly the same jobs with different decisions. */
  ContradictingRules: 'contradicting_rules',
  AllowWithoutCondition: 'allow_without_condition',
  RestsOnAbsentClientTag: 'rests_on_absent_client_tag',
  /** A rule lets findings stay in outputs that do most harm there. */
  ReleasesSecrets: 'releases_secrets',
} as const;
export type ProblemCode = (typeof ProblemCode)[keyof typeof ProblemCode];
