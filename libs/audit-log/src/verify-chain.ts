import { GENESIS, type ChainHead, type ChainRow } from './audit-entry.js';
import { canonicalText } from './canonical-text.js';
import { entryHash } from './chain-entry.js';

/** What can be wrong with a log. */
export const ChainProblem = {
  /** A number is missing: entries were removed. */
  Gap: 'gap',
  /** A number comes twice or too late: entries were inserted or reordered. */
  OutOfOrder: 'out_of_order',
  /** The text does not hash to the stored hash. */
  Altered: 'altered',
  /** The text is not the canonical JSON of an object. */
  Malformed: 'malformed',
  /** The text carries another number than its row. */
  WrongSeq: 'wrong_seq',
  /** The entry names another predecessor. */
  WrongPrev: 'wrong_prev',
  /** A column beside the text differs from it. */
  WrongCopy: 'wrong_copy',
  /** The log ends before the known head. */
  Truncated: 'truncated',
  /** The log goes on after the known head. */
  BeyondHead: 'beyond_head',
  /** The entry at the known head has another hash: the log was rewritten. */
  OtherHead: 'other_head',
} as const;
export type ChainProblem = (typeof ChainProblem)[keyof typeof ChainProblem];

export type ChainVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: ChainHead }
  | { readonly ok: false; readonly seq: number; readonly problem: ChainProblem };

/**
 * Checks that rows are the whole, unaltered log after `from`, in order. With `known`, a head kept elsewhere, it also
 * checks that they end there or have passed it unchanged; without one, a cut-off tail can't be seen.
 * `entries` counts the rows given. On failure `seq` is the first number that can't be trusted.
 */
export function verifyChain(
  rows: Iterable<ChainRow>,
  from: ChainHead = GENESIS,
  known?: ChainHead,
): ChainVerdict {
  let head = from;
  let entries = 0;
  const misses = () => known !== undefined && head.seq === known.seq && head.hash !== known.hash;
  if (misses()) return failed(head.seq, ChainProblem.OtherHead);
  for (const row of rows) {
    const problem = problemOf(row, head);
    if (problem) return failed(head.seq + 1, problem);
    head = { seq: row.seq, hash: row.hash };
    entries++;
    if (misses()) return failed(row.seq, ChainProblem.OtherHead);
  }
  if (known !== undefined && head.seq < known.seq) return failed(head.seq + 1, ChainProblem.Truncated);
  return { ok: true, entries, head };
}

const failed = (seq: number, problem: ChainProblem): ChainVerdict => ({ ok: false, seq, problem });

function problemOf(row: ChainRow, head: ChainHead): ChainProblem | undefined {
  if (row.seq !== head.seq + 1) return row.seq > head.seq ? ChainProblem.Gap : ChainProblem.OutOfOrder;
  if (entryHash(row.text) !== row.hash) return ChainProblem.Altered;
  const entry = membersOf(row.text);
  if (!entry) return ChainProblem.Malformed;
  if (entry['seq'] !== row.seq) return ChainProblem.WrongSeq;
  if (entry['prev_hash'] !== head.hash) return ChainProblem.WrongPrev;
  for (const [name, copy] of Object.entries(row.copies ?? {}))
    if (entry[name] !== copy) return ChainProblem.WrongCopy;
  return undefined;
}

function membersOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return canonicalText(value) === text ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
