import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { validate } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import type { ValidBundle } from '../bundle/require-bundle.js';
import { instantOf } from '../explain/instant.js';
import { otherReading } from '../platform/other-reading.js';
import { PlatformClient } from '../platform/platform-client.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';
import { COMPARED, toldOf, type Change, type Difference } from './change.js';
import type { Progress } from './progress.js';
import type { Tally } from './tally.js';

const Answer = Type.Object({
  type: Type.String(),
  rule_ids: Type.Array(Type.String()),
  reason_code: Type.String(),
  reason: Type.String(),
});
const ChangeLine = Type.Object({
  changed: Type.Object({
    job_id: Type.String(),
    evaluated_at: Type.String(),
    policy_snapshot: Type.String(),
    before: Answer,
    after: Answer,
    differences: Type.Array(Type.Unsafe<Difference>({ type: 'string', enum: [...COMPARED] })),
  }),
});
const CandidateLine = Type.Object({ candidate: Type.String() });
const SummaryLine = Type.Object({ summary: Type.Object({ decided: Type.Integer({ minimum: 0 }) }) });
const ErrorLine = Type.Object({ error: Type.Object({ code: Type.String(), detail: Type.String() }) });

export interface PlatformReplay {
  readonly url: string;
  readonly keyFile?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Has a platform take its recorded decisions again under a candidate that is sent along, and hears of every change. */
export async function replayOnPlatform(
  shell: Shell,
  { sources, snapshot }: ValidBundle,
  { url, keyFile, from, to }: PlatformReplay,
  { tally, progress, onChange }: { tally: Tally; progress: Progress; onChange: (change: Change) => void },
): Promise<void> {
  const body = {
    files: sources.map(({ file, text }) => ({ file, text })),
    ...(from !== undefined && { from: instantOf(from, '--from') }),
    ...(to !== undefined && { to: instantOf(to, '--to') }),
  };
  const client = await PlatformClient.to(shell, url, keyFile);
  let found = 0;
  let whole = false;
  await client.postForLines('api/v1/policy/replay', body, (line) => {
    if (has(line, 'candidate')) {
      const { candidate } = read(CandidateLine, line);
      if (candidate !== snapshot.hash) throw new UserError(otherReading(candidate, snapshot.hash));
    } else if (has(line, 'changed')) {
      onChange(changeOf(read(ChangeLine, line).changed));
      // How many decisions there are is told at the end only.
      progress.at(++found, 0);
    } else if (has(line, 'summary')) {
      tally.decided(read(SummaryLine, line).summary.decided);
      whole = true;
    } else if (has(line, 'error')) {
      const { code, detail } = read(ErrorLine, line).error;
      throw new UserError(`the replay ended early, ${code}: ${detail}`);
    } else
      throw new UserError('the platform sent a line that is not understood; is it newer than this program?');
  });
  // A stream that breaks off would look like a replay without further changes.
  if (!whole) throw new UserError('the replay ended early: the connection broke off');
}

function changeOf({ job_id, evaluated_at, policy_snapshot, before, after, differences }: Change): Change {
  return { job_id, evaluated_at, policy_snapshot, before: toldOf(before), after: toldOf(after), differences };
}

function has(line: JsonValue, member: string): boolean {
  return typeof line === 'object' && line !== null && Object.hasOwn(line, member);
}

function read<S extends TSchema>(schema: S, line: JsonValue): Static<S> {
  const checked = validate(schema, line);
  if (checked.ok) return checked.value;
  throw new UserError(`the platform sent a line that is not understood: ${checked.problem.pointer}`);
}
