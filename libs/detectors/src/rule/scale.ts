/** How much harm the disclosed value can do, from least to most. */
export const Severity = {
  Info: 'info',
  Low: 'low',
  Medium: 'medium',
  High: 'high',
  Critical: 'critical',
} as const;

/** A severity, see {@link Severity}. */
export type Severity = (typeof Severity)[keyof typeof Severity];

/** How sure a rule is, from least to most. */
export const Confidence = {
  /** The value looks random and stands where secrets stand. */
  Entropy: 'entropy',
  /** A name or a word beside the value says what it is. */
  Context: 'context',
  /** The value has a form that only such values have. */
  Format: 'format',
  /** The form and a checksum inside the value agree. */
  VerifiedFormat: 'verified-format',
} as const;

/** A confidence, see {@link Confidence}. */
export type Confidence = (typeof Confidence)[keyof typeof Confidence];

/** What is done about a finding when no policy says otherwise, from mildest to strictest. */
export const Action = {
  /** Told, and left in the text: there is nothing in it to hide. */
  Alert: 'alert',
  /** Replaced by a marker. */
  Redact: 'redact',
  /** Replaced by a marker, and the rest is kept back until a person has looked. */
  Quarantine: 'quarantine',
} as const;

/** An action, see {@link Action}. */
export type Action = (typeof Action)[keyof typeof Action];

/** What a finding is about. */
export const Kind = { Secret: 'secret', Pii: 'pii', Unsafe: 'unsafe', Tenant: 'tenant' } as const;

/** A kind, see {@link Kind}. */
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Stable id of a rule: its kind and a name. Renaming one is a breaking change. */
export type RuleId = `${Kind}.${string}`;

const severities: readonly Severity[] = Object.values(Severity);
const actions: readonly Action[] = Object.values(Action);

/** Place of a severity in the order from least to most. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** The stricter of two actions. */
export function strictest(a: Action, b: Action): Action {
  return actions.indexOf(a) >= actions.indexOf(b) ? a : b;
}
