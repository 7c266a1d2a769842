import type { Change } from './change.js';

/** How often a rule of the candidate would answer otherwise, by what was and what would be (`ALLOW -> DENY`). */
export interface RuleCount {
  /** The candidate's deciding rule; null where none of its rules decides. */
  readonly rule: string | null;
  readonly changes: number;
  readonly by: Readonly<Record<string, number>>;
}

export interface Summary {
  readonly decisions: number;
  /** Decisions with any difference. */
  readonly changes: number;
  /** Those among them whose type would be another. */
  readonly other_type: number;
  /** The rule with most changes first. */
  readonly by_rule: readonly RuleCount[];
}

/** Counts as a replay goes along. */
export class Tally {
  private decisions = 0;
  private changes = 0;
  private otherType = 0;
  private readonly rules = new Map<string | null, Map<string, number>>();

  decided(number = 1): void {
    this.decisions += number;
  }

  changed({ before, after }: Change): void {
    this.changes++;
    if (before.type !== after.type) this.otherType++;
    const rule = after.rule_ids[0] ?? null;
    const turn = before.type === after.type ? `${after.type} otherwise` : `${before.type} -> ${after.type}`;
    const turns = this.rules.get(rule) ?? new Map<string, number>();
    this.rules.set(rule, turns.set(turn, (turns.get(turn) ?? 0) + 1));
  }

  summary(): Summary {
    const byRule = [...this.rules].map(([rule, turns]) => ({
      rule,
      changes: [...turns.values()].reduce((sum, number) => sum + number, 0),
      by: Object.fromEntries([...turns].sort(([one], [other]) => (one < other ? -1 : 1))),
    }));
    byRule.sort(
      (one, other) => other.changes - one.changes || ((one.rule ?? '') < (other.rule ?? '') ? -1 : 1),
    );
    return { decisions: this.decisions, changes: this.changes, other_type: this.otherType, by_rule: byRule };
  }
}
