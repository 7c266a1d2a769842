/** What the process tells its caller: 0 all well, 1 the command could not do its work, 2 what was checked is wrong. */
export const EXIT = { ok: 0, failed: 1, wrong: 2 } as const;
