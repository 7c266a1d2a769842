import { count } from '../output/count.js';
import { countsOf, disguiseOf, SEVERITIES, type ScannedInput, type ScanReport } from './scan-report.js';

/** `file:line:column: severity rule: n characters` for each finding, and a last line that adds up. */
export function scanLines({ inputs, unread }: ScanReport): string[] {
  const counts = countsOf(inputs);
  const total = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0);
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map(
    (severity) => `${counts[severity]} ${severity}`,
  );
  const missing = unread.length === 0 ? '' : `; ${count(unread.length, 'input')} not read`;
  return [
    ...inputs.flatMap(linesOf),
    `${count(total, 'finding')}${parts.length === 0 ? '' : ` (${parts.join(', ')})`} in ${count(inputs.length, 'input')}${missing}`,
  ];
}

function linesOf({ name, result }: ScannedInput): string[] {
  const lines = result.findings.map(
    (finding) =>
      `${name}:${finding.start.line}:${finding.start.column}: ${finding.severity} ${finding.rule}: ` +
      `${count(finding.length, 'character')}${disguiseOf(finding)}`,
  );
  const more = result.count - result.findings.length;
  return more === 0 ? lines : [...lines, `${name}: and ${count(more, 'more finding')}`];
}
