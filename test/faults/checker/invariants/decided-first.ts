import { DecisionType, EventType, type Offer } from '@countersign/contracts';
import { byJob, groupByJob } from '../group-by-job.js';
import type { ApprovalRow, Check, DecisionRow, TapMessage, Violation } from '../history.js';

/** Decisions after which a job runs without asking anybody. */
const RUNS: readonly string[] = [
  DecisionType.Allow,
  DecisionType.AllowWithConstraints,
  DecisionType.Throttle,
];

/**
 * I1: nothing is offered to workers without a decision that lets it run, of the same bytes, committed before; where
 * the decision asks for people, their answer came before, too, and in time.
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

/** The database's clock alone ends a question: not sooner, and no answer counts later. */
function endedOutOfTime({ jobId, state, expiresAtMs, resolvedAtMs }: ApprovalRow): Violation[] {
  if (resolvedAtMs === null) return [];
  const early = state === 'EXPIRED' && resolvedAtMs < expiresAtMs;
  const late = state === 'GRANTED' && resolvedAtMs >= expiresAtMs;
  if (!early && !late) return [];
  const what = early ? 'its approval expired before its time' : 'its approval was granted after its time';
  return [{ invariant: 'I1', jobId, what, evidence: { state, expiresAtMs, resolvedAtMs } }];
}
