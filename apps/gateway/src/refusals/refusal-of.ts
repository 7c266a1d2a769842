import type { Request } from 'express';
import { sha256Digest, ULID_PATTERN } from '@countersign/kernel';
import { contextOf } from '../identity/request-context.js';
import type { Problem } from '../http/problem.js';
import type { Command, Refusal } from './refusal.js';
import { safePointer } from './safe-pointer.js';

const JOB_ID = new RegExp(ULID_PATTERN);

const COMMANDS: readonly (readonly [RegExp, Command])[] = [
  [/^\/api\/v1\/jobs\/?$/i, 'submit'],
  [/^\/api\/v1\/jobs\/([^/]+)\/cancel\/?$/i, 'cancel'],
  [/^\/api\/v1\/approvals\/([^/]+)\/approve\/?$/i, 'approve'],
  [/^\/api\/v1\/approvals\/([^/]+)\/deny\/?$/i, 'deny'],
  [/^\/api\/v1\/approvals\/resolve\/?$/i, 'resolve'],
  [/^\/api\/v1\/approvals\/([^/]+)\/edit\/?$/i, 'edit'],
  [/^\/api\/v1\/approvals\/([^/]+)\/comments\/?$/i, 'comment'],
  [/^\/api\/v1\/approvals\/([^/]+)\/withdraw\/?$/i, 'withdraw'],
  [/^\/api\/v1\/reviews\/([^/]+)\/seen\/?$/i, 'review'],
  [/^\/api\/v1\/callbacks\/slack\/?$/i, 'callback'],
  [/^\/api\/v1\/policies\/?$/i, 'push_policy'],
  [/^\/api\/v1\/policies\/rollback\/?$/i, 'rollback_policy'],
  [/^\/api\/v1\/policies\/([^/]+)\/activate\/?$/i, 'activate_policy'],
];

/** What there is to remember of a refused request; undefined when it asked for nothing to be done, or when we failed. */
export function refusalOf(request: Request, problem: Problem): Refusal | undefined {
  if (request.method !== 'POST' || problem.status >= 500) return undefined;
  for (const [pattern, what] of COMMANDS) {
    const match = pattern.exec(request.path);
    if (!match) continue;
    const [, named = ''] = match;
    const body: unknown = request.body;
    return {
      what,
      code: problem.code,
      pointer: problem.pointer === undefined ? null : safePointer(problem.pointer),
      caller: contextOf(request).caller ?? null,
      target: JOB_ID.test(named) ? named : null,
      traceId: problem.trace_id,
      bodySha256: body instanceof Uint8Array ? sha256Digest(body) : null,
    };
  }
  return undefined;
}
