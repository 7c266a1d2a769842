/**
 * A line without characters that could move the cursor, hide or reorder what stands beside them: each is replaced.
 */
export function printable(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}');
}
