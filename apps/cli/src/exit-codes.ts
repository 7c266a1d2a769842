/**
 * What the process tells its caller: all well; the command could not do its work (files, network, usage); what was
 * checked is wrong; there are differences, where the caller asked to hear of them by the code.
 */
export const EXIT = { ok: 0, failed: 1, wrong: 2, differences: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What `scan` tells instead, as scanners do: nothing found; something found; usage, or an input that can't be read. */
export const SCAN_EXIT = { clean: 0, found: 1, failed: 2 } as const;

/** The code of a command that could not do its work. */
export function failureOf([command]: readonly string[]): ExitCode {
  return command === 'scan' ? SCAN_EXIT.failed : EXIT.failed;
}
