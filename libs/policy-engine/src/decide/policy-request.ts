import type { ScannedInput } from '../input/scanned-input.js';
import { isTopic } from '../topic/topic-pattern.js';
import { EvaluationFault } from './evaluation-fault.js';

/** What the broker or the gateway verified about who sent a job. */
export interface VerifiedAgent {
  readonly producer?: string;
  /** How it was verified. */
  readonly by?: string;
}

/** What is decided upon. `riskTags` are what the client asserts; `params` came out of a JSON text. */
export interface PolicyRequest {
  readonly topic: string;
  readonly tenantId: string;
  readonly agentId: string;
  readonly riskTags: readonly string[];
  readonly capabilities: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly params: unknown;
  /** The job's own name for what it does; absent, the last token of the topic counts. */
  readonly action?: string;
  /** What the job works on, as its client wrote it. */
  readonly resource?: string;
  /** The job's other members, for conditions: `estimate`, `rationale`, `task_id`, `compensation` and so on. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Beside `tenantId` and `agentId`, which are verified too. */
  readonly verified?: VerifiedAgent;
  /** The event's time, RFC 3339: what conditions see as `now`. Without it a condition on time denies. */
  readonly now?: string;
  /** What the detectors say of what the job was given. Where a rule wants to know, a request without it is denied. */
  readonly input?: ScannedInput;
  /** The job stands in the place of one whose findings were taken out: what is still found can't be. */
  readonly redacted?: true;
}

/** The contract's grammar of names: no wildcard and no character outside ASCII. */
const ACTION = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const TAG = /^[a-z0-9_-]{1,64}$/;

/** Whether a text is a well-formed risk tag: the same grammar for rules, clients and derived tags. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Refuses a request that no rule could be trusted on: outside the grammar a denied name has spellings that a rule on it
 * would miss. The edge refuses these too; this is the second lock.
 */
export function checkRequest(request: PolicyRequest): void {
  if (typeof request.topic !== 'string' || !isTopic(request.topic)) {
    throw new EvaluationFault('the topic is not well-formed');
  }
  if (typeof request.tenantId !== 'string') throw new EvaluationFault('the tenant is not a text');
  if (typeof request.agentId !== 'string') throw new EvaluationFault('the agent is not a text');
  if (!isListOf(request.riskTags, isTag)) {
    throw new EvaluationFault('the risk tags are not well-formed');
  }
  if (!isListOf(request.capabilities, isText))
    throw new EvaluationFault('the capabilities are not well-formed');
  const labels: unknown = request.labels;
  if (!isTextRecord(labels)) throw new EvaluationFault('the labels are not well-formed');
  const { action, resource }: { action?: unknown; resource?: unknown } = request;
  if (action !== undefined && (typeof action !== 'string' || !ACTION.test(action))) {
    throw new EvaluationFault('the action is not well-formed');
  }
  if (resource !== undefined && typeof resource !== 'string') {
    throw new EvaluationFault('the resource is not a text');
  }
}

const isText = (_text: string) => true;

function isListOf(value: unknown, fits: (text: string) => boolean): boolean {
  if (!Array.isArray(value)) return false;
  for (const item of value as readonly unknown[]) if (typeof item !== 'string' || !fits(item)) return false;
  return true;
}

function isTextRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const member of Object.values(value) as readonly unknown[])
    if (typeof member !== 'string') return false;
  return true;
}
