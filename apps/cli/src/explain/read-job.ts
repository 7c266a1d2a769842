import { resolve } from 'node:path';
import {
  canonicalJob,
  JobRequest,
  MAX_BODY_BYTES,
  parseText,
  validate,
  type CanonicalJob,
} from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import { readBytes } from '../output/read-bytes.js';
import type { Shell } from '../shell.js';
import { UserError } from '../user-error.js';

/**
 * The job of a file, or of standard input for `-`: as a producer would send it, or in the canonical form that the API
 * shows. Throws a {@link UserError} that names the member to blame.
 */
export async function readJob(
  shell: Shell,
  path: string,
  producer: string | undefined,
): Promise<CanonicalJob> {
  const name = path === '-' ? 'standard input' : path;
  const source = path === '-' ? shell.around.stdin : resolve(shell.around.cwd, path);
  const parsed = parseText(await readBytes(source, name, MAX_BODY_BYTES));
  const checked = parsed.ok ? validate(JobRequest, withoutVersion(parsed.value)) : parsed;
  if (!checked.ok) {
    const { pointer, message } = checked.problem;
    throw new UserError(`${name}: not a job: ${pointer === '' ? '' : `${pointer} `}${message}`);
  }
  const request = checked.value;
  const agentId = request.agent_id ?? producer;
  if (agentId === undefined)
    throw new UserError(
      `${name}: the job names no agent_id; add one, or say who sends it with --agent-producer`,
    );
  const { job_id: jobId, ...job } = canonicalJob(request, { jobId: request.job_id ?? '', agentId });
  // A job that has no id yet gets none here: an explanation should be the same each time.
  return (jobId === '' ? job : { ...job, job_id: jobId }) as CanonicalJob;
}

/** The canonical form carries `v`, which no producer may send. */
function withoutVersion(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value['v'] !== 1) return value;
  const { v: _v, ...request } = value;
  return request;
}
