import { GENESIS, verifyChain } from '@countersign/audit-log';
import { EventType } from '@countersign/contracts';
import type { JsonValue } from '@countersign/kernel';
import type { Check, Violation } from '../history.js';

/** Streams on which only services publish: nobody else can take the event id of a message there. */
const UNTRUSTED: readonly string[] = ['JOBS', 'RESULTS'];

const key = (...parts: readonly JsonValue[]) => JSON.stringify(parts);

/** I5: the log verifies up to its head, and every message, decision and answer of people is in it, once. */
export const wholeLog: Check = ({ log, head, tap, decisions, approvals }) => {
  const violation = (
    what: string,
    evidence: Violation['evidence'],
    jobId: string | null = null,
  ): Violation => ({
    invariant: 'I5',
    jobId,
    what,
    evidence,
  });
  const chain = verifyChain(log, GENESIS, head);
  const digests = new Set(log.map(({ entry }) => `${entry.stream} ${entry.body_sha256}`));
  const has = new Set(
    log.map(({ entry }) => key(entry.type, entry.job_id, entry.summary['job_hash'] ?? null)),
  );
  return [
    ...(chain.ok ? [] : [violation('the chain does not verify', { ...chain })]),
    ...tap
      .filter(({ type, stream, digest }) => type !== EventType.Audited && !digests.has(`${stream} ${digest}`))
      .map(({ stream, subject, seq }) => violation('a message is not in the log', { stream, subject, seq })),
    ...decisions
      .filter(({ jobId, jobHash }) => !has.has(key(EventType.Decision, jobId, jobHash)))
      .map(({ jobId, type }) => violation('its decision is not in the log', { type }, jobId)),
    ...approvals
      .filter(({ resolvedAtMs }) => resolvedAtMs !== null)
      .filter(({ jobId, jobHash }) => !has.has(key(EventType.ApprovalResolved, jobId, jobHash)))
      .map(({ jobId, state }) => violation('the end of its approval is not in the log', { state }, jobId)),
    ...log
      .filter(({ entry }) => !UNTRUSTED.includes(entry.stream) && 'claimed_event_id' in entry.summary)
      .map(({ seq, entry }) =>
        violation(
          'two messages of a service share an event id',
          { seq, event_id: entry.summary['claimed_event_id'] ?? null },
          entry.job_id,
        ),
      ),
  ];
};
