import { resolve } from 'node:path';
import {
  decide,
  type PolicySnapshot,
  policyRequestOf,
  withRecordedInput,
  withScannedInput,
} from '@countersign/policy-engine';
import type { Shell } from '../shell.js';
import { answerOf, differencesOf, toldOf, type Change } from './change.js';
import type { Progress } from './progress.js';
import { readRecords, recordsSize } from './read-records.js';
import type { Tally } from './tally.js';

/** Decides every recorded job again, at its own time, under a candidate. */
export async function replayRecords(
  shell: Shell,
  snapshot: PolicySnapshot,
  file: string,
  { tally, progress, onChange }: { tally: Tally; progress: Progress; onChange: (change: Change) => void },
): Promise<void> {
  const path = resolve(shell.around.cwd, file);
  const size = await recordsSize(path, file);
  for await (const { decision, job, endsAt } of readRecords(path, file)) {
    const { job_id, verified, evaluated_at, policy_snapshot } = decision;
    const asked = withRecordedInput(policyRequestOf(job, verified, evaluated_at), decision.input);
    const question = withScannedInput(snapshot, asked);
    const again = answerOf(decide(snapshot, question));
    const differences = differencesOf(decision, again);
    tally.decided();
    if (differences.length > 0)
      onChange({
        job_id,
        evaluated_at,
        policy_snapshot,
        before: toldOf(decision),
        after: toldOf(again),
        differences,
      });
    progress.at(endsAt, size);
  }
}
