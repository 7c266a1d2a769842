import type { JobRequest } from '@countersign/contracts';
import { ApiError } from '../http/problem.js';
import type { RequestContext } from '../identity/request-context.js';

/**
 * A request with the agent and the task that its headers name, where the route requires these headers. They say the same
 * as the members or stand for them: what a gate before us has looked at is what is decided about.
 */
export function withHeaders(
  request: JobRequest,
  { agentId, taskId }: Pick<RequestContext, 'agentId' | 'taskId'>,
): JobRequest {
  return {
    ...request,
    ...(agentId === undefined ? {} : { agent_id: same('X-Agent-ID', agentId, request.agent_id) }),
    ...(taskId === undefined ? {} : { task_id: same('X-Task-ID', taskId, request.task_id) }),
  };
}

function same(header: string, value: string, member: string | undefined): string {
  if (member === undefined || member === value) return value;
  throw new ApiError('invalid_header', `${header} names another one than the body.`);
}
