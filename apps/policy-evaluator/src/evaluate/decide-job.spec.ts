import { Decision, decisionSeal, isDecisionSealed, validate } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { checkJob } from '../check/check-job.js';
import { aSnapshot, anAdmittedJob, CLOCK } from '../testing/builders.js';
import { decideJob } from './decide-job.js';

const decide = (text: string, request: Parameters<typeof anAdmittedJob>[0] = {}) =>
  decideJob(anAdmittedJob(request), aSnapshot(text), CLOCK).decision;
const rule = (more: string) => `{version: v1, rules: [{id: r, match: {topics: ['job.>']}, ${more}}]}`;
const SEAL_KEYS = [Buffer.alloc(32, 1)] as const;

describe('a decision', () => {
  it('sees as now the time that it says it was made at (P2)', () => {
    const text = rule(`when: 'now == timestamp("2026-11-25T10:00:00.000Z")', decision: allow`);
    expect(decide(text)).toMatchObject({ type: 'ALLOW', evaluated_at: '2026-11-25T10:00:00.000Z' });
  });

  it.each([
    ['action', { action: 'refund' }, `when: 'job.action == "refund"'`],
    ['resource', { resource: 'https://github.com/acme/web' }, `when: 'has(job.resource)'`],
    ['estimate', { estimate: { usd: 2 } }, `when: job.estimate.usd > 1`],
    ['confidence', { rationale: { confidence: 0.9 } }, `when: job.rationale.confidence > 0.8`],
    ['task', { task_id: 'task-1' }, `when: 'job.task_id == "task-1"'`],
    [
      'compensation',
      { compensation: { topic: 'job.undo.x' } },
      `when: 'job.compensation.topic == "job.undo.x"'`,
    ],
    ['producer', {}, `when: 'agent.producer == "gateway" && agent.by == "api_key"'`],
  ])('sees the %s', (_, request, when) => {
    expect(decide(rule(`${when}, decision: allow`), request).type).toBe('ALLOW');
  });

  it.each([
    [
      'require_approval, approval: {confirm: true, groups: [a], ttl: 10m, escalate_after: 5m, escalate_to: [b]}',
    ],
    ['throttle, throttle: {rate: 10/day, key: tenant}'],
    ['allow, obligations: [audit, review_after, notify, rollback]'],
    ['allow_with_constraints, constraints: {max_runtime_sec: 4, env: {A: b}}'],
    ['deny, obligations: [notify]'],
  ])('of the rule %s is one as the contract has it, and its seal outlives the way (H06)', (words) => {
    const decided = decide(rule(`decision: ${words}`));
    const sealed = { ...decided, seal: decisionSeal(decided, SEAL_KEYS) };
    const checked = validate(Decision, JSON.parse(JSON.stringify(sealed)));
    // The seal is over values: it holds for what the reader makes of the bytes.
    expect(checked.ok && isDecisionSealed(checked.value, SEAL_KEYS)).toBe(true);
  });

  it('carries what must happen besides', () => {
    const { obligations } = decide(
      rule('decision: require_approval, approval: {confirm: true}, obligations: [audit]'),
    );
    expect(obligations).toMatchObject({ approval: { confirm: true, quorum: 1 }, audit: true });
  });

  it('is what a check of the same job says', () => {
    const text = rule(`when: 'job.compensation.params == {} && job.labels == {}', decision: allow`);
    const request = { topic: 'job.mail.send', tenant_id: 'acme', compensation: { topic: 'job.undo.x' } };
    const verified = { caller: 'agent-1', tenant_id: 'acme', by: 'api_key' } as const;
    const { type, rule_ids, reason } = decide(text, request);
    expect(type).toBe('ALLOW');
    const now = CLOCK.now().toISOString();
    expect(checkJob({ request, verified }, aSnapshot(text), now)).toMatchObject({
      ok: true,
      type,
      rule_ids,
      reason,
    });
  });
});
