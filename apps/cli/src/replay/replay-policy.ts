import { requireBundle } from '../bundle/require-bundle.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';
import type { Change } from './change.js';
import { progressOn } from './progress.js';
import { changeLine, summaryLines } from './replay-lines.js';
import { replayOnPlatform } from './replay-on-platform.js';
import { replayRecords } from './replay-records.js';
import { Tally } from './tally.js';

export interface ReplayOptions {
  /** The platform whose recorded decisions are taken again there. */
  readonly url?: string;
  readonly keyFile?: string;
  /** Only decisions taken since, and before; RFC 3339. */
  readonly from?: string;
  readonly to?: string;
  /** A file with a recorded decision on each line. */
  readonly records?: string;
  /** Exit with 3 if a decision would change. */
  readonly failOnChange?: boolean;
  readonly json?: boolean;
}

/** `policy replay` (P13): every recorded decision that a candidate would take otherwise, and their number by rule. */
export async function replayPolicy(shell: Shell, path: string, options: ReplayOptions): Promise<ExitCode> {
  const { url, records, json = false, failOnChange = false } = options;
  if ((url === undefined) === (records === undefined))
    throw new UserError('say where the recorded decisions are: --url or --records');
  const bundle = await requireBundle(shell, path, json);
  if (!bundle) return EXIT.wrong;
  const tally = new Tally();
  const progress = progressOn(shell, records === undefined ? 'changes so far' : 'bytes');
  const onChange = (change: Change) => {
    tally.changed(change);
    progress.hide();
    if (json) shell.json({ kind: 'change', ...change });
    else shell.print(changeLine(change));
  };
  const watch = { tally, progress, onChange };
  try {
    if (records !== undefined) await replayRecords(shell, bundle.snapshot, records, watch);
    if (url !== undefined) await replayOnPlatform(shell, bundle, { ...options, url }, watch);
  } finally {
    progress.hide();
  }
  const summary = tally.summary();
  if (json) shell.json({ kind: 'summary', snapshot: bundle.snapshot.hash, ...summary });
  else shell.print(...summaryLines(summary), `candidate ${bundle.snapshot.hash}`);
  return failOnChange && summary.changes > 0 ? EXIT.differences : EXIT.ok;
}
