import {
  ApprovalOutcome,
  DecisionType,
  EventType,
  type ApprovalResolved,
  type Decision,
  type Offer,
} from '@countersign/contracts';
import { byJob, groupByJob } from '../group-by-job.js';
import type { ApprovalRow, Check, DecisionRow, History, TapMessage, Violation } from '../history.js';

/** Decisions after which a job runs without asking anybody. */
const RUNS: readonly string[] = [
  DecisionType.Allow,
  DecisionType.AllowWithConstraints,
  DecisionType.Throttle,
];

/**
 * I1: nothing is offered to workers without a decision that lets it run, of the same bytes, committed before; where
 * the decision asks for people, as many of them as it asks for have answered before, too, and in time. When a transaction
 * was committed no record says. That what was told before was never kept, or was told before its transaction had begun,
 * the records do say.
 */
export const decidedFirst: Check = (history) => {
  const decisions = byJob(history.decisions);
  const approvals = groupByJob(history.approvals.filter(({ kind }) => kind === 'job'));
  const forbidden = new Set(history.accepted.filter(({ mayRun }) => !mayRun).map(({ jobId }) => jobId));
  return [
    ...history.tap
      .filter(({ type }) => type === EventType.Offer)
      .flatMap((message): Violation[] => {
        const offer = JSON.parse(message.text) as Offer;
        const why =
          whyUndecided(offer, message, decisions.get(offer.job_id), history.snapshots) ??
          whyUnapproved(offer, message, decisions.get(offer.job_id), approvals.get(offer.job_id)) ??
          whyTooFew(offer, decisions.get(offer.job_id), history.log) ??
          (forbidden.has(offer.job_id) ? 'the policy denies it' : undefined);
        if (why === undefined) return [];
        const { subject, seq, storedAtMs } = message;
        return [
          {
            invariant: 'I1',
            jobId: offer.job_id,
            what: `offered although ${why}`,
            evidence: { subject, seq, storedAtMs, jobHash: offer.job_hash },
          },
        ];
      }),
    ...history.approvals.flatMap(endedOutOfTime),
    ...toldAndNotKept(history),
  ];
};

function whyUndecided(
  offer: Offer,
  { storedAtMs }: TapMessage,
  decision: DecisionRow | undefined,
  snapshots: ReadonlySet<string>,
): string | undefined {
  if (!decision) return 'there is no decision';
  if (decision.jobHash !== offer.job_hash) return 'the decision is about other bytes';
  if (decision.decidedAtMs > storedAtMs) return 'the decision was committed later';
  if (!snapshots.has(decision.policySnapshot)) return 'the policy of its decision was never active';
  return decision.type === DecisionType.Deny ? 'the decision denies it' : undefined;
}

function whyUnapproved(
  offer: Offer,
  { storedAtMs }: TapMessage,
  decision: DecisionRow | undefined,
  approvals: readonly ApprovalRow[] = [],
): string | undefined {
  if (!decision || RUNS.includes(decision.type)) return undefined;
  const granted = approvals.find(({ state }) => state === 'GRANTED');
  if (!granted) return 'nobody approved it';
  if (granted.jobHash !== offer.job_hash) return 'the approval is about other bytes';
  return (granted.resolvedAtMs ?? Infinity) > storedAtMs ? 'the approval came later' : undefined;
}

/** Of two spellings of a name one person may be behind both. */
const person = (name: string) => name.normalize('NFKC').toLowerCase();

/** The votes are taken from the log: what was told of the answer, not what the service says of itself later. */
function whyTooFew(offer: Offer, decision: DecisionRow | undefined, log: History['log']): string | undefined {
  if (!decision || RUNS.includes(decision.type)) return undefined;
  const { obligations } = JSON.parse(decision.text) as Pick<Decision, 'obligations'>;
  const quorum = obligations.approval?.quorum ?? 1;
  const people = log.flatMap(({ entry: { type, job_id, summary } }) =>
    type === EventType.ApprovalResolved &&
    job_id === offer.job_id &&
    summary['kind'] === 'job' &&
    summary['outcome'] === ApprovalOutcome.Granted &&
    summary['job_hash'] === offer.job_hash
      ? ((summary['votes'] ?? []) as unknown as ApprovalResolved['votes'])
          .filter(({ vote }) => vote === 'approve')
          .map(({ voter }) => person(voter))
      : [],
  );
  const count = new Set(people).size;
  return count < quorum ? `${count} of the ${quorum} people that it takes approved it` : undefined;
}

/**
 * What a service tells, it has committed. A message of a step that is in no table was told before the commit, which then
 * did not come to be; so was one that is older than the transaction of its step.
 */
function toldAndNotKept({ tap, decisions, approvals }: History): Violation[] {
  const decided = byJob(decisions);
  const asked = groupByJob(approvals);
  return tap.flatMap(({ type, text, seq, storedAtMs }): Violation[] => {
    const violation = (jobId: string, what: string): Violation[] => [
      { invariant: 'I1', jobId, what, evidence: { seq, storedAtMs } },
    ];
    if (type === EventType.Decision) {
      const { job_id: jobId, job_hash, type: said } = JSON.parse(text) as Decision;
      const row = decided.get(jobId);
      if (row?.jobHash !== job_hash || row.type !== said)
        return violation(jobId, 'a decision was told and not kept');
      return row.decidedAtMs > storedAtMs ? violation(jobId, 'its decision was told before it was made') : [];
    }
    if (type !== EventType.ApprovalResolved) return [];
    const { job_id: jobId, job_hash, kind, outcome } = JSON.parse(text) as ApprovalResolved;
    const rows = (asked.get(jobId) ?? []).filter(
      (row) => row.kind === kind && row.jobHash === job_hash && row.state === outcome.toUpperCase(),
    );
    if (rows.length === 0) return violation(jobId, 'the end of an approval was told and not kept');
    return rows.every(({ resolvedAtMs }) => (resolvedAtMs ?? Infinity) > storedAtMs)
      ? violation(jobId, 'the end of its approval was told before it came')
      : [];
  });
}

/** The database's clock alone ends a question: not sooner, and no answer counts later. */
function endedOutOfTime({ jobId, state, expiresAtMs, resolvedAtMs }: ApprovalRow): Violation[] {
  if (resolvedAtMs === null) return [];
  const early = state === 'EXPIRED' && resolvedAtMs < expiresAtMs;
  const late = state === 'GRANTED' && resolvedAtMs >= expiresAtMs;
  if (!early && !late) return [];
  const what = early ? 'its approval expired before its time' : 'its approval was granted after its time';
  return [{ invariant: 'I1', jobId, what, evidence: { state, expiresAtMs, resolvedAtMs } }];
}
