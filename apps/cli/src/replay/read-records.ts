import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Type } from '@sinclair/typebox';
import { Decision, MAX_BODY_BYTES, parseText, validate, type CanonicalJob } from '@countersign/contracts';
import { readLines } from '../platform/read-lines.js';
import { causeOf, UserError } from '../user-error.js';

/** A record holds its job's bytes as a text, in which each may take six characters. */
const MAX_LINE_BYTES = 8 * MAX_BODY_BYTES;
const Job = Type.Object({ topic: Type.String() });

/** One recorded decision, and how far in the file it ends, in bytes. */
export interface RecordedDecision {
  readonly decision: Decision;
  readonly job: CanonicalJob;
  readonly endsAt: number;
}

/** The size of a file of records, in bytes. */
export async function recordsSize(path: string, name: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new UserError(`${name}: it can't be read (${causeOf(error)})`);
  }
}

/**
 * The decisions of a file, a message of the type `Decision` on each line. Throws a {@link UserError} at the first line
 * that is none: a replay that skips what it can't read would say that nothing changes.
 */
export async function* readRecords(path: string, name: string): AsyncGenerator<RecordedDecision> {
  try {
    for await (const { bytes, endsAt, number } of readLines(createReadStream(path), MAX_LINE_BYTES)) {
      yield { ...record(bytes, `${name}:${number}`), endsAt };
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${name}: it can't be read (${causeOf(error)})`);
  }
}

function record(
  bytes: Uint8Array,
  place: string,
): { readonly decision: Decision; readonly job: CanonicalJob } {
  const parsed = parseText(bytes, MAX_LINE_BYTES);
  const checked = parsed.ok ? validate(Decision, parsed.value) : parsed;
  if (!checked.ok) {
    const { pointer, message } = checked.problem;
    throw new UserError(
      `${place}: not a recorded decision: ${pointer === '' ? '' : `${pointer} `}${message}`,
    );
  }
  const decision = checked.value;
  const text = parseText(Buffer.from(decision.job), MAX_LINE_BYTES);
  const job = text.ok ? validate(Job, text.value) : text;
  if (!job.ok) throw new UserError(`${place}: not a recorded decision: /job ${job.problem.message}`);
  // The evaluator made these bytes from a job that it had checked; the engine denies what is not well-formed.
  return { decision, job: job.value as unknown as CanonicalJob };
}
