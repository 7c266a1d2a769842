/**
 * What the process tells its caller: all well; the command could not do its work (files, network, usage); what was
 * checked is wrong; there are differences, where the caller asked to hear of them by the code.
 */
export const EXIT = { ok: 0, failed: 1, wrong: 2, differences: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
