import type { OutputJobAnswer, Result } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { AskOutputPolicy } from '../consult/ask-output-policy.js';
import { KnownConstraints } from '../constrain/known-constraints.js';
import { examiner } from '../examine/examine-received.js';
import type { JudgeTools } from './judge-result.js';
import type { ReceivedResult } from './received-result.js';

export const SNAPSHOT = `sha256:${'5'.repeat(64)}`;
/** What a result without constraints says of them. */
export const NO_CONSTRAINTS = sha256Digest('{}');

/** A result that a worker returned. */
export const aResult = (over: Partial<Result> = {}): Result => ({
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  attempt: 1,
  run_id: 'run_20261120T140003Z_9f2c41aa',
  lease: { id: '01JF4XQ8Z6T0V9K3M2N5P7R8S1', epoch: 7 },
  status: 'succeeded',
  output: { ticket: 'T-1', status: 'open' },
  error: null,
  constraints_digest: NO_CONSTRAINTS,
  usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
  started_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:00:01Z',
  effects: [],
  ...over,
});

/** The same as it was received. */
export function received(over: Partial<Result> = {}, how: Partial<ReceivedResult> = {}): ReceivedResult {
  const result = aResult(over);
  const text = JSON.stringify(result);
  return {
    text,
    bytes: Buffer.byteLength(text),
    digest: sha256Digest(text),
    pool: 'mcp',
    topic: 'job.mcp-bridge.read.file',
    isOwnTopic: true,
    result,
    ...how,
  };
}

/** A policy that leaves everything to the detectors, but for what is said here. */
export const aPolicy =
  (
    says: (question: Parameters<AskOutputPolicy>[0]) => Partial<OutputJobAnswer> = () => ({}),
  ): AskOutputPolicy =>
  (question) =>
    Promise.resolve({
      job_id: question.job_id,
      known: true,
      tenant_id: 'default',
      policy_snapshot: SNAPSHOT,
      regions: [],
      actions: question.findings.map(({ rule, kind, severity, action }) => ({
        rule,
        kind,
        severity,
        action: action === 'alert' ? 'release' : action,
        alert: false,
        rule_ids: [],
      })),
      constraints: {},
      publish: false,
      ...says(question),
    });

/** Tools that scan at once. */
export const tools = (over: Partial<JudgeTools> = {}): JudgeTools => ({
  examine: examiner(undefined),
  ask: aPolicy(),
  constraints: new KnownConstraints(),
  fingerprintKey: Buffer.alloc(32, 7),
  ...over,
});
