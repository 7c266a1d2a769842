import { OutputAction, type OutputFinding, type OutputJobAnswer } from '@countersign/contracts';
import { Action, type RuledAction, type RuleId } from '@countersign/detectors';
import { kindKey } from '../examine/kinds-of.js';

type Ruling = OutputJobAnswer['actions'][number];

/** Rules that a verdict names at most. */
const MOST_RULE_IDS = 64;

/** A kind of finding that somebody is to be told of. */
export interface AlertedKind {
  readonly rule: string;
  readonly severity: OutputFinding['severity'];
}

const DETECTOR_ACTION: Readonly<Record<OutputAction, Action>> = {
  release: Action.Alert,
  redact: Action.Redact,
  quarantine: Action.Quarantine,
};

/** What the policy has said about kinds of findings, under one snapshot of it. */
export class Rulings {
  private readonly byKind = new Map<string, Ruling>();

  /** Takes an answer over. One under another snapshot takes the place of all before it. */
  add(answer: OutputJobAnswer, previousSnapshot: string | undefined): void {
    if (answer.policy_snapshot !== previousSnapshot) this.byKind.clear();
    for (const ruling of answer.actions) this.byKind.set(kindKey(ruling), ruling);
  }

  /** Those of the kinds that nothing was said about. */
  missing(kinds: readonly OutputFinding[]): OutputFinding[] {
    return kinds.filter((kind) => !this.byKind.has(kindKey(kind)));
  }

  /** The same for the detectors. */
  actions(): RuledAction[] {
    return [...this.byKind.values()].map(({ rule, severity, action }) => ({
      rule: rule as RuleId,
      severity: severity,
      action: DETECTOR_ACTION[action],
    }));
  }

  /** Whether any of the kinds keeps the result back, and whether a rule of the policy says so. */
  held(kinds: readonly OutputFinding[]): 'no' | 'by_rule' | 'by_detector' {
    const holding = this.about(kinds).filter(({ action }) => action === OutputAction.Quarantine);
    if (holding.length === 0) return 'no';
    return holding.some(({ rule_ids }) => rule_ids.length > 0) ? 'by_rule' : 'by_detector';
  }

  /** The rules of the policy that decided about any of the kinds. */
  ruleIds(kinds: readonly OutputFinding[]): string[] {
    return [...new Set(this.about(kinds).flatMap(({ rule_ids }) => rule_ids))].slice(0, MOST_RULE_IDS);
  }

  /** The kinds that somebody is to be told of. */
  alerted(kinds: readonly OutputFinding[]): AlertedKind[] {
    return this.about(kinds)
      .filter(({ alert }) => alert)
      .map(({ rule, severity }) => ({ rule, severity }));
  }

  private about(kinds: readonly OutputFinding[]): Ruling[] {
    return kinds.flatMap((kind) => this.byKind.get(kindKey(kind)) ?? []);
  }
}
