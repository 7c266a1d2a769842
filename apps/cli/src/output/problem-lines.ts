/** A finding with a place, as linters of all kinds give it. `line` and `column` count from 1; 0 means the whole file. */
export interface PlacedProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}

/** How grave a finding is. */
export const Severity = { Error: 'error', Warning: 'warning' } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** `file:line:column: error code: message`, the form that editors and CI systems know from compilers. */
export function problemLine(
  { file, line, column, code, message }: PlacedProblem,
  severity: Severity,
): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${severity} ${code}: ${message}`;
}
