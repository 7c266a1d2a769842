import type { Decision } from '@countersign/contracts';
import { parseStrictJson } from '@countersign/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideJob } from '../evaluate/decide-job.js';
import { aSnapshot, anAdmittedJob, CLOCK } from '../testing/builders.js';
import { replayDecision } from './replay-decision.js';

const POLICY = aSnapshot(`
version: v1
sets: { money: ['job.pay.*'] }
classify:
  - { id: bulk, match: { topics: ['job.>'] }, when: 'has(job.params.n) && job.params.n > 10', add_tags: [bulk] }
rules:
  - { id: all, match: { topics: ['job.>'] }, decision: allow, obligations: [audit] }
  - { id: pay, match: { topics: [$money] }, when: job.params.n > 5, decision: require_approval, approval: { groups: [b, a] } }
  - { id: bulk, match: { risk_tags: [bulk] }, decision: throttle, throttle: { rate: 5/minute, key: agent } }
  - { id: late, match: { labels: { env: prod } }, when: 'time.within("09:00-10:30", "Europe/Berlin")', decision: deny }
  - { id: small, match: { capabilities: [x] }, decision: allow_with_constraints, constraints: { max_runtime_sec: 3, env: { B: '1', A: '2' } } }
`);

const jobs = fc.record(
  {
    topic: fc.constantFrom('job.pay.a', 'job.mail.send', 'job.x'),
    params: fc.oneof(
      fc.record({ n: fc.oneof(fc.integer({ min: -20, max: 20 }), fc.string()) }),
      // What the edge lets in: a job with other numbers is never decided.
      fc.jsonValue().filter((value) => parseStrictJson(JSON.stringify(value)).ok),
    ),
    labels: fc.constantFrom({}, { env: 'prod' }, { z: '1', env: 'dev' }),
    risk_tags: fc.subarray(['bulk', 'prod', 'a']),
    capabilities: fc.subarray(['x', 'y']),
  },
  { requiredKeys: ['topic'] },
);
const recorded = (request: Parameters<typeof anAdmittedJob>[0], at: Date) =>
  JSON.parse(
    JSON.stringify(decideJob(anAdmittedJob(request), POLICY, { ...CLOCK, now: () => at }).decision),
  ) as Decision;

describe('a replay (P13)', () => {
  it('of a recorded decision under the policy that made it changes nothing, whatever the job and the time (P2)', () => {
    const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(jobs, times, (job, at) => {
        expect(replayDecision(recorded(job as never, at), POLICY)).toBeUndefined();
      }),
    );
  });

  it('names what differs, and what decided before and after', () => {
    const other = aSnapshot(`{version: v1, rules: [{id: none, match: {topics: ['job.>']}, decision: deny}]}`);
    expect(replayDecision(recorded({ topic: 'job.x' }, CLOCK.now()), other)).toMatchObject({
      before: { type: 'ALLOW', rule_ids: ['all'] },
      after: { type: 'DENY', rule_ids: ['none'], reason_code: 'rule' },
      policy_snapshot: POLICY.hash,
      differences: ['type', 'rule_ids', 'reason', 'obligations'],
    });
  });

  it('tells a limit that alone is another', () => {
    const one = `{version: v1, rules: [{id: r, match: {topics: ['job.>']}, decision: allow_with_constraints, constraints: {max_runtime_sec: 5}}]}`;
    const decision = { ...decideJob(anAdmittedJob(), aSnapshot(one), CLOCK).decision, seal: '' };
    expect(replayDecision(decision, aSnapshot(one.replace('5', '6')))?.differences).toEqual(['constraints']);
  });
});
