import { Action, Confidence, Kind, type RuleId, Severity } from './scale.js';

/** What every rule says about itself, however it finds things. */
export interface RuleDefinition {
  readonly id: RuleId;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly action: Action;
  /**
   * Texts that hold a finding between `«` and `»`, and in which `{class:length}` stands for characters drawn anew
   * (see `example-text.ts`), so that no file holds a literal secret.
   */
  readonly examples: readonly string[];
  /** Texts, in the same notation, in which this rule finds nothing. */
  readonly counterExamples: readonly string[];
}

/** What may be left out of a definition, because the kind of rule says it. */
export type RuleTraits = Partial<Omit<RuleDefinition, 'id'>>;

/** A definition with the usual traits of its kind where none are given. */
export function define(id: RuleId, traits: RuleTraits = {}): RuleDefinition {
  return { ...usual[kindOf(id)], examples: [], counterExamples: [], id, ...traits };
}

const usual: Readonly<Record<Kind, Pick<RuleDefinition, 'severity' | 'confidence' | 'action'>>> = {
  secret: { severity: Severity.High, confidence: Confidence.Format, action: Action.Redact },
  pii: { severity: Severity.High, confidence: Confidence.Context, action: Action.Redact },
  unsafe: { severity: Severity.High, confidence: Confidence.Format, action: Action.Redact },
  tenant: { severity: Severity.High, confidence: Confidence.Format, action: Action.Redact },
};

/** The kind that an id begins with. */
export function kindOf(id: RuleId): Kind {
  return id.slice(0, id.indexOf('.')) as Kind;
}
