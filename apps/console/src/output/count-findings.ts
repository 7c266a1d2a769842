import type { Finding } from '../api/types.js';

/** How often a rule found something of a severity. */
export interface FindingCount extends Pick<Finding, 'rule' | 'severity'> {
  readonly count: number;
}

/** The most severe first. */
const SEVERITIES: readonly string[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Counts findings by rule and severity: the most severe first, and of those alike the most. */
export function countFindings(findings: readonly Finding[]): readonly FindingCount[] {
  const counts = new Map<string, FindingCount>();
  for (const { rule, severity } of findings) {
    const key = JSON.stringify([severity, rule]);
    counts.set(key, { rule, severity, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => rank(a) - rank(b) || b.count - a.count);
}

const rank = ({ severity }: FindingCount) =>
  SEVERITIES.includes(severity) ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
