import { count } from '../output/count.js';
import type { Change, Told } from './change.js';
import type { Summary } from './tally.js';

/** One change, on one line. */
export function changeLine({ job_id, evaluated_at, differences, before, after }: Change): string {
  return `${job_id} ${evaluated_at}: ${told(before)} -> ${told(after)} [${differences.join(', ')}]: ${after.reason}`;
}

/** What a replay came to. */
export function summaryLines({
  decisions,
  changes,
  other_type: otherType,
  by_rule: byRule,
}: Summary): string[] {
  const rules = byRule.map(({ rule, changes: number, by }) => {
    const turns = Object.entries(by).map(([turn, times]) => `${times} ${turn}`);
    return `  ${rule ?? '(no rule)'}: ${number} (${turns.join(', ')})`;
  });
  return [
    ...(rules.length > 0 ? ['', 'by rule of the candidate', ...rules, ''] : []),
    `${count(decisions, 'decision')}: ${changes === 0 ? 'none would change' : `${changes} would change, ${otherType} of them in type`}`,
  ];
}

const told = ({ type, rule_ids: [rule], reason_code }: Told) =>
  `${type} ${rule === undefined ? `(${reason_code})` : `by ${rule}`}`;
