import { JobRequest, MAX_BODY_BYTES, sealJob, validate, type SealedJob } from '@countersign/contracts';
import { canonicalJson, newUlid, parseStrictJson, type JsonValue } from '@countersign/kernel';
import { changesBetween, type Change } from './changes-between.js';

/** Why an edit makes no job. */
export type EditRefusal = 'nothing_edited' | 'too_large' | 'invalid_field';

/** A job with other params than one that waits, under an id of its own. */
export type EditedJob =
  | (SealedJob & {
      readonly ok: true;
      readonly jobId: string;
      readonly params: JsonValue;
      readonly changes: readonly Change[];
    })
  | { readonly ok: false; readonly code: EditRefusal };

/** What a database can't keep as a member of JSON, written as canonical JSON writes it. */
const NUL = '\\u0000';

/**
 * The job that an edit makes: the canonical bytes of the original with other params and another id, sealed anew. All
 * else, the agent and the deadline among it, stays as it was. `jobId` is a fresh ULID.
 */
export function editedJob(original: string, params: JsonValue, jobId = newUlid()): EditedJob {
  const parsed = parseStrictJson(original);
  if (!parsed.ok) return refused('invalid_field');
  const { v: _, ...members } = parsed.value as { [name: string]: JsonValue };
  const before = members['params'] ?? {};
  if (canonicalJson(before) === canonicalJson(params)) return refused('nothing_edited');
  const request = validate(JobRequest, { ...members, job_id: jobId, params });
  if (!request.ok) return refused('invalid_field');
  const { text, hash, job } = sealJob(request.value, { jobId, agentId: request.value.agent_id ?? '' });
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) return refused('too_large');
  if (text.includes(NUL)) return refused('invalid_field');
  return { ok: true, text, hash, jobId: job.job_id, params, changes: changesBetween(before, params) };
}

function refused(code: EditRefusal): EditedJob {
  return { ok: false, code };
}
