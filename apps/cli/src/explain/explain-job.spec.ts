import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const JOB = { topic: 'job.pay.card', tenant_id: 'acme', params: { amount: 900 } };
const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'policy.yaml': `version: v1
classify:
  - { id: paying, match: { topics: [job.pay.*] }, add_tags: [financial] }
  - { id: deleting, match: { topic_tokens: ['delete*'] }, add_tags: [destructive] }
rules:
  - { id: pay, match: { topics: [job.pay.*] }, decision: allow }
  - { id: big, match: { topics: [job.pay.*] }, when: job.params.amount > 500, decision: require_approval }
  - { id: late, match: { topics: [job.pay.*] }, when: '!time.within("08:00-20:00", "UTC")', decision: deny }
  - { id: mine, match: { topics: [job.pay.*] }, when: agent.producer == "p2", decision: deny }
  - { id: other, match: { tenants: [beta] }, decision: deny }
`,
    'job.json': JSON.stringify({ ...JOB, agent_id: 'agent-1' }),
    'bare.json': JSON.stringify(JOB),
  }),
);
afterAll(() => folder.remove());
const explain = (...args: string[]) => folder.run(['policy', 'explain', 'policy.yaml', ...args]);

describe('policy explain (P12)', () => {
  it('tells the decision, and of every rule what became of it', async () => {
    const { code, out, err } = await explain('job.json', '--agent-producer', 'p1');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').slice(0, -2)).toEqual([
      'REQUIRE_APPROVAL by big (rule): Rule big requires an approval.',
      'derived tags: financial',
      'obligations: {"approval":{"quorum":1,"groups":[],"ttl_sec":300}}',
      '',
      'classify',
      '  - deleting (adds destructive): asks for a part of the topic like delete*',
      '  + paying (adds financial): matched',
      '',
      'rules',
      '  - late (deny): asks that !time.within("08:00-20:00", "UTC")',
      '  - mine (deny): asks that agent.producer == "p2"',
      '  - other (deny): asks for one of the tenants beta',
      '  + big (require_approval): matched',
      '  + pay (allow): matched',
      '',
    ]);
    expect(out).toMatch(/policy sha256:[0-9a-f]{64}, at 2026-11-20T10:00:00.000Z\n$/);
  });

  it('decides at the time that is given', async () => {
    const { out } = await explain('job.json', '--agent-producer', 'p1', '--now', '2026-11-20T22:00:00Z');
    expect(out).toContain('DENY by late');
    expect(out).toContain('  + late (deny): matched');
  });

  it('knows the sender only if it is told', async () => {
    expect((await explain('job.json')).out).toContain(
      '  ! mine (deny): has a condition without an answer (missing_input)',
    );
    expect((await explain('job.json', '--agent-producer', 'p2')).out).toContain('DENY by mine');
  });

  it('takes the job from standard input, and its agent from the sender', async () => {
    const { code, out } = await folder.run(
      ['policy', 'explain', 'policy.yaml', '-', '--agent-producer', 'p1', '--json'],
      { input: JSON.stringify(JOB) },
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      now: '2026-11-20T10:00:00.000Z',
      decision: { type: 'REQUIRE_APPROVAL', rule_ids: ['big', 'pay'], derived_tags: ['financial'] },
      rules: [
        { rule_id: 'late', matched: false, failed: { condition: 'when' } },
        { rule_id: 'mine', matched: false },
        { rule_id: 'other', matched: false, failed: { condition: 'tenants' } },
        { rule_id: 'big', matched: true },
        { rule_id: 'pay', matched: true },
      ],
    });
  });

  it('takes a job as the API shows it', async () => {
    folder.write({
      'canonical.json': JSON.stringify({ ...JOB, agent_id: 'a', v: 1, labels: {}, risk_tags: [] }),
    });
    expect((await explain('canonical.json', '--agent-producer', 'p1')).code).toBe(0);
  });

  it.each([
    [
      'no agent',
      'bare.json',
      'bare.json: the job names no agent_id; add one, or say who sends it with --agent-producer',
    ],
    ['no file', 'gone.json', "gone.json: it can't be read (ENOENT)"],
  ])('says what is missing: %s', async (_what, file, message) => {
    expect(await explain(file)).toEqual({ code: 1, out: '', err: `countersign: ${message}\n` });
  });

  it.each([
    ['an unknown member', '{"topic":"job.a","tenant_id":"t","agent_id":"a","tipoc":1}', '/tipoc'],
    ['a key twice', '{"topic":"job.a","topic":"job.b"}', 'job'],
    ['no JSON', '{', 'not a job'],
  ])('refuses a job with %s', async (_what, text, told) => {
    folder.write({ 'wrong.json': text });
    const { code, err } = await explain('wrong.json');
    expect(code).toBe(1);
    expect(err).toContain(told);
  });

  it('refuses a time that is none', async () => {
    expect((await explain('job.json', '--now', 'yesterday')).err).toContain('--now: not an RFC 3339 time');
  });
});
