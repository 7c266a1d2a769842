import { EventType, type Result } from '@countersign/contracts';
import type { Check, History, Violation } from '../history.js';

/**
 * I6: an attempt takes effect at most once, a result that is not the one recorded is refused in the log, and no
 * message is refused twice by one service.
 */
export const onceOnly: Check = (history) => [
  ...ranTwice(history),
  ...ignoredResults(history),
  ...refusedTwice(history),
];

/** The services count whole milliseconds of the broker's nanoseconds; here those were rounded to half a microsecond. */
const ROUNDING_MS = 0.001;
/** What says that a message was not taken. */
const REFUSALS: readonly (string | null)[] = [EventType.Refused, EventType.DeadLetter];

function ranTwice({ effects }: History): Violation[] {
  const seen = new Map<string, string>();
  return effects.flatMap(({ jobId, attempt, runId }): Violation[] => {
    const key = `${jobId}/${attempt}`;
    const first = seen.get(key);
    seen.set(key, runId);
    return first === undefined
      ? []
      : [{ invariant: 'I6', jobId, what: 'took effect twice', evidence: { attempt, runs: [first, runId] } }];
  });
}

/**
 * Each message on its own: that a job's other results were refused says nothing of this one. Results are known by where
 * the broker stored them, since their senders could name any event.
 */
function ignoredResults({ tap, attempts, log, jobs }: History): Violation[] {
  const known = new Set(jobs.map(({ jobId }) => jobId));
  const recorded = new Set(
    attempts.map(
      ({ jobId, attempt, leaseId, resultDigest }) => `${jobId}/${attempt} ${leaseId} ${resultDigest}`,
    ),
  );
  const refused = new Set<string | null>(
    log.flatMap(({ entry: { type, causation_id } }) => (REFUSALS.includes(type) ? [causation_id] : [])),
  );
  return tap.flatMap(({ stream, type, text, digest, seq, storedAtMs }): Violation[] => {
    if (type !== EventType.Result) return [];
    const { job_id: jobId, attempt, lease } = JSON.parse(text) as Result;
    const isRecorded = recorded.has(`${jobId}/${attempt} ${lease.id} ${digest}`);
    const isRefused = [-ROUNDING_MS, ROUNDING_MS].some((by) =>
      refused.has(`${stream}:${seq}:${Math.floor(storedAtMs + by)}`),
    );
    if (isRecorded || isRefused || !known.has(jobId)) return [];
    return [
      {
        invariant: 'I6',
        jobId,
        what: 'a result was neither recorded nor refused',
        evidence: { attempt, lease: lease.id, seq },
      },
    ];
  });
}

function refusedTwice({ log }: History): Violation[] {
  const seen = new Map<string, number>();
  return log.flatMap(({ seq, entry }): Violation[] => {
    if (entry.type !== EventType.Refused || entry.causation_id === null) return [];
    const { what, reason_code } = entry.summary;
    const key = JSON.stringify([entry.subject, entry.causation_id, entry.job_id, what, reason_code]);
    const first = seen.get(key);
    seen.set(key, seq);
    return first === undefined
      ? []
      : [
          {
            invariant: 'I6',
            jobId: entry.job_id,
            what: 'one message was refused twice',
            evidence: { causation_id: entry.causation_id, seqs: [first, seq] },
          },
        ];
  });
}
