import { DecisionType, JobEvent, sealJob, type Decision } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { JOB_ID, NOW_MS } from '../job/job.builders.js';
import { RateLedger } from '../rate/rate-ledger.js';
import { sealedDecision, SEALS } from '../warrant/basis.builders.js';
import { decisionEvent, fixedColumns, readDecision, submittedJob } from './read-decision.js';

const request = { topic: 'job.mcp-bridge.write.update_ticket', tenant_id: 'default' };
const aDecision = (over: Partial<Omit<Decision, 'seal'>> = {}): Decision => {
  const sealed = sealJob(request, { jobId: JOB_ID, agentId: 'local-producer' });
  return sealedDecision({
    decision_id: `${JOB_ID}:decision:0`,
    job_id: JOB_ID,
    job_hash: sealed.hash,
    job: sealed.text,
    type: DecisionType.Allow,
    rule_ids: ['r'],
    reason: 'because',
    reason_code: 'rule',
    derived_tags: [],
    constraints: {},
    obligations: {},
    policy_snapshot: sha256Digest('policy'),
    verified: {
      producer: 'gateway',
      caller: 'local-producer',
      tenant_id: 'default',
      agent_id: 'local-producer',
      by: 'loopback',
    },
    evaluated_at: '2026-11-20T12:00:00Z',
    evaluation_us: 7,
    ...over,
  });
};
const read = (
  decision: Decision,
  effect = decision.type.toLowerCase(),
  tail = 'mcp-bridge.write.update_ticket',
) => readDecision({ body: decision, subject: `decision.${effect}.${tail}` }, SEALS);
const readable = (decision: Decision) => {
  const reading = read(decision);
  if (!reading.ok) throw new Error(reading.code);
  const job = submittedJob(
    reading.value,
    { id: 'decision-event', traceparent: 'tp', traceId: 'trace' },
    NOW_MS,
  );
  return { value: reading.value, job };
};
const rates = {
  on_excess: 'reject',
  limits: [{ rule_id: 'r', limit: 1, window_sec: 60, key: 'tenant', burst: 1 }],
};
const eventOf = (decision: Decision, ledger = new RateLedger()) => {
  const { value, job } = readable(decision);
  return decisionEvent(value, job, ledger, NOW_MS);
};

describe('a decision', () => {
  it.each([
    [
      'whose job has other bytes than its hash',
      read(aDecision({ job_hash: sha256Digest('x') })),
      'digest_mismatch',
    ],
    [
      'that nobody sealed so (H06)',
      read({ ...aDecision({ type: DecisionType.RequireApproval }), type: DecisionType.Allow }),
      'forged',
    ],
    [
      'about another topic than its subject',
      read(aDecision(), 'allow', 'mcp-bridge.read.x'),
      'topic_mismatch',
    ],
    ['of another type than its subject', read(aDecision({ type: DecisionType.Deny }), 'allow'), 'forged'],
    ['without the rate it throttles by', read(aDecision({ type: DecisionType.Throttle })), 'missing_field'],
    [
      'with a rate that can not be read',
      read(aDecision({ type: DecisionType.Throttle, obligations: { throttle: { limits: [] } } })),
      'invalid_field',
    ],
    [
      'that allows a job of another tenant',
      read(aDecision({ verified: { ...aDecision().verified, tenant_id: 'other' } })),
      'tenant_mismatch',
    ],
  ])('%s is not acted on', (_what, reading, code) => {
    expect(reading.ok ? 'read' : reading.code).toBe(code);
  });

  it('wants a look at the released work where it says so (H12)', () => {
    const wish = (obligations: Decision['obligations']) => readable(aDecision({ obligations }));
    expect(wish({}).job.reviewAfter).toBe(false);
    const { value, job } = wish({ review_after: true });
    expect([job.reviewAfter, fixedColumns(value, job).review_after]).toEqual([true, true]);
  });

  it('keeps the canonical bytes once', () => {
    const { value, job } = readable(aDecision());
    const columns = fixedColumns(value, job);
    expect(columns.job).toBe(aDecision().job);
    expect(columns.decision).not.toContain('"job":');
  });

  it.each([
    [DecisionType.Allow, JobEvent.DecisionRun],
    [DecisionType.AllowWithConstraints, JobEvent.DecisionRun],
    [DecisionType.Deny, JobEvent.DecisionDeny],
    [DecisionType.RequireApproval, JobEvent.DecisionRequireApproval],
  ])('%s asks for the step %s', (type, by) => {
    expect(eventOf(aDecision({ type })).by).toBe(by);
  });

  it('THROTTLE runs within its rate and is refused or held beyond it', () => {
    const ledger = new RateLedger();
    const throttled = aDecision({ type: DecisionType.Throttle, obligations: { throttle: rates } });
    const held = aDecision({
      type: DecisionType.Throttle,
      obligations: { throttle: { ...rates, on_excess: 'hold' } },
    });
    expect(eventOf(throttled, ledger)).toEqual({ by: JobEvent.DecisionRun });
    expect(eventOf(throttled, ledger)).toEqual({ by: JobEvent.DecisionHold, releaseAtMs: null });
    expect(eventOf(held, ledger)).toEqual({ by: JobEvent.DecisionHold, releaseAtMs: NOW_MS + 60_000 });
  });
});
