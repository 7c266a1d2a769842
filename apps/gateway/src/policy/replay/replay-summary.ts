/** A decision that would have been another, as far as it is counted. */
export interface ChangedDecision {
  readonly before: { readonly type: string; readonly rule_ids: readonly string[] };
  readonly after: { readonly type: string; readonly rule_ids: readonly string[] };
}

/** What stands for a rule where none decided. */
const NO_RULE = '';

/** Counts what a replay finds. */
export class ReplaySummary {
  private decided = 0;
  private changed = 0;
  private readonly types = new Map<string, number>();
  private readonly rules = new Map<string, { before: number; after: number }>();

  add(decided: number, changed: readonly ChangedDecision[]): void {
    this.decided += decided;
    this.changed += changed.length;
    for (const { before, after } of changed) {
      const step = `${before.type} ${after.type}`;
      this.types.set(step, (this.types.get(step) ?? 0) + 1);
      this.rule(before.rule_ids[0]).before += 1;
      this.rule(after.rule_ids[0]).after += 1;
    }
  }

  /** How many were looked at, how many differ, from what to what, and which rules decided those before and after. */
  get counts(): object {
    return {
      decided: this.decided,
      changed: this.changed,
      by_type: [...this.types].map(([step, count]) => {
        const [before = '', after = ''] = step.split(' ');
        return { before, after, count };
      }),
      by_rule: [...this.rules].map(([rule, counts]) => ({
        rule_id: rule === NO_RULE ? null : rule,
        ...counts,
      })),
    };
  }

  private rule(id = NO_RULE): { before: number; after: number } {
    let counts = this.rules.get(id);
    if (!counts) this.rules.set(id, (counts = { before: 0, after: 0 }));
    return counts;
  }
}
