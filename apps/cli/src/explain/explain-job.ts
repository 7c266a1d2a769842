import { explain, policyRequestOf, withScannedInput } from '@countersign/policy-engine';
import { requireBundle } from '../bundle/require-bundle.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import type { Shell } from '../shell.js';
import { instantOf } from './instant.js';
import { explanationJson, explanationLines } from './explanation-lines.js';
import { readJob } from './read-job.js';

export interface ExplainOptions {
  readonly json?: boolean;
  /** The event's time, RFC 3339. */
  readonly now?: string;
  /** Who sends the job; also the agent, where the job names none. */
  readonly agentProducer?: string;
}

/** `policy explain` (P12): decides one job and tells of every rule whether it matched, or what kept it from matching. */
export async function explainJob(
  shell: Shell,
  bundle: string,
  jobPath: string,
  { json = false, now, agentProducer }: ExplainOptions,
): Promise<ExitCode> {
  const at = now === undefined ? shell.around.now().toISOString() : instantOf(now, '--now');
  const loaded = await requireBundle(shell, bundle, json);
  if (!loaded) return EXIT.wrong;
  const job = await readJob(shell, jobPath, agentProducer);
  const sender = {
    tenant_id: job.tenant_id,
    agent_id: job.agent_id,
    ...(agentProducer !== undefined && { producer: agentProducer }),
  };
  const question = withScannedInput(loaded.snapshot, policyRequestOf(job, sender, at));
  const explanation = explain(loaded.snapshot, question);
  const head = { snapshot: loaded.snapshot.hash, now: at };
  if (json) shell.json({ ...head, ...explanationJson(explanation) });
  else shell.print(...explanationLines(explanation), `policy ${head.snapshot}, at ${at}`);
  return EXIT.ok;
}
