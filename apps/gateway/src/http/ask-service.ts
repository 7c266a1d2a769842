import { Header } from '@countersign/contracts';
import type { Bus } from '@countersign/messaging';
import { isProblemCode } from './problem-codes.js';
import { ApiError } from './problem.js';
import type { RequestTrace } from './request-trace.js';

/** What a service answered: its members, or why not. */
export type ServiceAnswer =
  | { readonly ok: true; readonly members: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: string; readonly members: Readonly<Record<string, unknown>> };

/** How long a service may take to answer, in milliseconds: longer than a restart of its connection, shorter than a client waits. */
export const ANSWER_TIMEOUT_MS = 5_000;

/** Asks a service over the bus. Throws `unavailable` or `timeout` when it does not answer, and on an answer that is none. */
export async function askService(
  bus: Bus,
  subject: string,
  question: object,
  trace: RequestTrace,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<ServiceAnswer> {
  const answer = readAnswer(
    await bus.request(subject, question, timeoutMs, { [Header.Traceparent]: trace.traceparent }),
  );
  if (answer === undefined) throw new Error(`the answer on ${subject} has not the agreed form`);
  if (!answer.ok && (answer.code === 'unavailable' || answer.code === 'timeout'))
    throw new ApiError('unavailable', `the service behind ${subject} is not available`);
  return answer;
}

/** Reads `{ok: true, …}` or `{ok: false, code, …}`; undefined when it is neither. */
export function readAnswer(answer: unknown): ServiceAnswer | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const { ok, ...members } = answer as Record<string, unknown>;
  if (ok === true) return { ok, members };
  if (ok !== false) return undefined;
  return { ok, code: typeof members['code'] === 'string' ? members['code'] : '', members };
}

/** The error that a refusing answer calls for, in the words given for its code. An unknown code is nobody's fault but ours. */
export function refusalFrom(
  answer: ServiceAnswer & { ok: false },
  details: Readonly<Record<string, string>>,
): Error {
  const detail = details[answer.code];
  const { state, pointer } = answer.members;
  if (detail === undefined || !isProblemCode(answer.code))
    return new Error(`a service refused with the unexpected code ${JSON.stringify(answer.code)}`);
  return new ApiError(
    answer.code,
    detail,
    typeof pointer === 'string' ? { pointer } : {},
    typeof state === 'string' ? { state } : {},
  );
}

/** A member that must be an object, e.g. the job of an answer. Throws when it is not. */
export function objectMember(answer: ServiceAnswer & { ok: true }, name: string): Record<string, unknown> {
  const value = answer.members[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`an answer lacks the object ${name}`);
  return value as Record<string, unknown>;
}

/** A page of an answer: `items` and the cursor `next`. Throws when there is none. */
export function pageOf(answer: ServiceAnswer & { ok: true }): { items: unknown[]; next: unknown } {
  const { items, next } = answer.members;
  if (!Array.isArray(items)) throw new Error('an answer lacks its items');
  return { items: items as unknown[], next: next ?? null };
}
