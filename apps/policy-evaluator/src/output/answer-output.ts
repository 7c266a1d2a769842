import type { Decision, OutputJobAnswer, OutputQuestion } from '@countersign/contracts';
import { parseStrictJson } from '@countersign/kernel';
import { decideOutput, type PolicySnapshot } from '@countersign/policy-engine';

type Question = OutputQuestion['questions'][number];
/** What of a committed decision counts for the output of its job. */
export type DecidedOutput = Pick<Decision, 'job' | 'constraints' | 'verified'>;

/**
 * What the policy says of one job's output. Who the job is of and where its output goes is what was decided about; a job
 * that was never decided about, or whose topic is not the one asked about, is not known. Pure.
 */
export function answerOutput(
  { job_id, topic, findings }: Question,
  decided: DecidedOutput | undefined,
  snapshot: PolicySnapshot,
): OutputJobAnswer {
  const job = decided && readJob(decided.job);
  if (!decided || job?.topic !== topic) return unknownJob(job_id, snapshot);
  const { verified, constraints } = decided;
  const place = {
    topic,
    tenantId: verified.tenant_id,
    agentId: verified.agent_id,
    destination: verified.producer,
  };
  const rule = decideOutput(snapshot, place);
  return {
    job_id,
    known: true,
    tenant_id: verified.tenant_id,
    policy_snapshot: snapshot.hash,
    regions: [...(snapshot.output?.regions ?? [])],
    actions: findings.map((found) => {
      const { action, alert, ruleIds } = rule(found);
      const { rule: id, kind, severity } = found;
      return { rule: id, kind, severity, action, alert, rule_ids: [...ruleIds] };
    }),
    constraints,
    publish: job.publish,
  };
}

function unknownJob(jobId: string, snapshot: PolicySnapshot): OutputJobAnswer {
  return {
    job_id: jobId,
    known: false,
    tenant_id: null,
    policy_snapshot: snapshot.hash,
    regions: [],
    actions: [],
    constraints: {},
    publish: false,
  };
}

function readJob(text: string): { readonly topic: unknown; readonly publish: boolean } | undefined {
  const parsed = parseStrictJson(text);
  if (!parsed.ok) return undefined;
  const { topic, publish } = parsed.value as { readonly topic?: unknown; readonly publish?: unknown };
  return { topic, publish: publish === true };
}
