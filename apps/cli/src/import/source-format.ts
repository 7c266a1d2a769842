import { detectFormat, SourceFormat } from '@countersign/policy-import';
import { UserError } from '../user-error.js';

/** Short names of the formats. Two formats are called E: which one it is shows in the source. */
export const FORMAT_LETTERS = {
  A: [SourceFormat.WorkOrder],
  C: [SourceFormat.AgentTools],
  D: [SourceFormat.AgentPolicy],
  E: [SourceFormat.Framework, SourceFormat.Permissions],
} as const satisfies Record<string, readonly SourceFormat[]>;

/** The format that the caller named, or undefined to let the importer find it. Throws a {@link UserError}. */
export function formatOf(
  named: string | undefined,
  text: string,
  fileName: string,
): SourceFormat | undefined {
  if (named === undefined) return undefined;
  const letters: Readonly<Record<string, readonly SourceFormat[]>> = FORMAT_LETTERS;
  const upper = named.toUpperCase();
  const byLetter = Object.hasOwn(letters, upper) ? letters[upper] : undefined;
  if (byLetter) {
    const [only, ...others] = byLetter;
    if (others.length === 0) return only;
    const detected = detectFormat(text, fileName);
    return detected !== undefined && byLetter.includes(detected) ? detected : only;
  }
  const known = Object.values(SourceFormat).find((format) => format === named);
  if (known) return known;
  const all = [...Object.keys(FORMAT_LETTERS), ...Object.values(SourceFormat)].join(', ');
  throw new UserError(`--format: no format is called ${named}; there are ${all}`);
}
