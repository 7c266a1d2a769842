import { PassThrough } from 'node:stream';
import { sealJob, type Decision } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { decide, loadPolicy, type PolicySnapshot, policyRequestOf } from '@countersign/policy-engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, TestFolder } from '../testing/run-cli.js';
import { answerOf, type Difference } from './change.js';

const OLD = `version: v1
rules:
  - { id: pay, match: { topics: [job.pay.*] }, decision: allow }
  - { id: late, match: { topics: [job.late.*] }, when: '!time.within("08:00-20:00", "UTC")', decision: deny }
  - { id: late-run, match: { topics: [job.late.*] }, decision: allow }
`;
const NEW = `${OLD}  - { id: big, match: { topics: [job.pay.*] }, when: job.params.amount > 500, decision: require_approval }
`;
const CAPPED = `${OLD}  - { id: cap, match: { topics: [job.pay.*] }, decision: allow_with_constraints, constraints: { max_runtime_sec: 5 }, grants: false }
`;
const DIGEST = `sha256:${'0'.repeat(64)}`;

const OLD_POLICY = snapshotOf(OLD);
const OLD_HASH = OLD_POLICY.hash;

function snapshotOf(text: string): PolicySnapshot {
  const loaded = loadPolicy([{ file: 'policy.yaml', text }]);
  if (loaded.ok) return loaded.snapshot;
  throw new Error(loaded.errors[0]!.message);
}

/** A decision as the evaluator records it. */
function recorded(
  topic: string,
  params: Record<string, number> = {},
  at = '2026-11-20T10:00:00.000Z',
): Decision {
  const { job, text, hash } = sealJob(
    { topic, tenant_id: 'acme', params },
    { jobId: newUlid(), agentId: 'a' },
  );
  const verified = {
    producer: 'gateway',
    caller: 'a',
    tenant_id: 'acme',
    agent_id: 'a',
    by: 'api_key',
  } as const;
  const answer = answerOf(decide(OLD_POLICY, policyRequestOf(job, verified, at)));
  return {
    decision_id: `${job.job_id}:decision:0`,
    job_id: job.job_id,
    job_hash: hash,
    job: text,
    ...(answer as Pick<Decision, Difference>),
    policy_snapshot: DIGEST,
    verified,
    evaluated_at: at,
    evaluation_us: 3,
    seal: `hmac-sha256:${'A'.repeat(43)}`,
  };
}

const DECISIONS = [
  recorded('job.pay.card', { amount: 5 }),
  recorded('job.pay.card', { amount: 900 }),
  recorded('job.pay.card'),
  recorded('job.other.thing'),
  recorded('job.late.run', {}, '2026-11-20T22:00:00.000Z'),
  recorded('job.late.run'),
];
const folder = new TestFolder();
const ndjson = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
beforeAll(() =>
  folder.write({
    'old.yaml': OLD,
    'new.yaml': NEW,
    'capped.yaml': CAPPED,
    'decisions.ndjson': ndjson(DECISIONS),
  }),
);
afterAll(() => folder.remove());
const replay = (candidate: string, ...args: string[]) =>
  folder.run(['policy', 'replay', candidate, '--records', 'decisions.ndjson', ...args]);

describe('policy replay of records (P13)', () => {
  it('finds no change under the policy that decided, each job at its own time', async () => {
    const { code, out } = await replay('old.yaml', '--fail-on-change');
    expect(code).toBe(0);
    expect(out).toMatch(/^6 decisions: none would change\ncandidate sha256:[0-9a-f]{64}\n$/);
  });

  it('tells every decision that would change, and counts them by rule', async () => {
    const { code, out, err } = await replay('new.yaml');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [one, two] = [DECISIONS[1]!.job_id, DECISIONS[2]!.job_id];
    const parts = 'type, rule_ids, reason, reason_code, obligations';
    expect(out.split('\n').slice(0, -2)).toEqual([
      `${one} 2026-11-20T10:00:00.000Z: ALLOW by pay -> REQUIRE_APPROVAL by big [type, rule_ids, reason, obligations]: Rule big requires an approval.`,
      `${two} 2026-11-20T10:00:00.000Z: ALLOW by pay -> DENY by big [${parts.replace(', obligations', '')}]: ${reasonOf(out, 1)}`,
      '',
      'by rule of the candidate',
      '  big: 2 (1 ALLOW -> DENY, 1 ALLOW -> REQUIRE_APPROVAL)',
      '',
      '6 decisions: 2 would change, 2 of them in type',
    ]);
  });

  it('exits 3 with --fail-on-change', async () => {
    expect((await replay('new.yaml', '--fail-on-change')).code).toBe(3);
  });

  it('tells programs a line for each change, then the summary', async () => {
    const { out } = await replay('capped.yaml', '--json');
    const lines = jsonLines(out);
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatchObject({
      kind: 'change',
      job_id: DECISIONS[0]!.job_id,
      policy_snapshot: DIGEST,
      before: { type: 'ALLOW', rule_ids: ['pay'] },
      after: { type: 'ALLOW_WITH_CONSTRAINTS', rule_ids: ['cap', 'pay'] },
    });
    expect(lines[3]).toMatchObject({
      kind: 'summary',
      decisions: 6,
      changes: 3,
      other_type: 3,
      by_rule: [{ rule: 'cap', changes: 3, by: { 'ALLOW -> ALLOW_WITH_CONSTRAINTS': 3 } }],
    });
  });

  it.each([
    ['no JSON', '{"decision_id":', 'decisions-bad.ndjson:2: not a recorded decision: '],
    ['no decision', '{"decision_id":"x"}', 'decisions-bad.ndjson:2: not a recorded decision: '],
    ['a job that is none', JSON.stringify({ ...DECISIONS[0], job: '[]' }), 'not a recorded decision: /job '],
  ])('stops at a line with %s: what it skips could be what changes', async (_what, line, message) => {
    folder.write({ 'decisions-bad.ndjson': `${ndjson(DECISIONS.slice(0, 1))}${line}\n` });
    const { code, err } = await folder.run([
      'policy',
      'replay',
      'old.yaml',
      '--records',
      'decisions-bad.ndjson',
    ]);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('   at ');
  });

  it('asks where the decisions are, and takes one place only', async () => {
    expect((await folder.run(['policy', 'replay', 'old.yaml'])).err).toContain('--url or --records');
    const both = await replay('old.yaml', '--url', 'http://127.0.0.1');
    expect(both).toMatchObject({ code: 1, err: expect.stringContaining('cannot be used with') as string });
  });

  it('exits 2 on a candidate with errors', async () => {
    folder.write({ 'broken.yaml': 'version: v1' });
    expect(await replay('broken.yaml')).toMatchObject({
      code: 2,
      out: expect.stringContaining('empty_policy') as string,
    });
  });

  it('draws a bar where a person looks on, and only when it takes a while', async () => {
    const drawn = async (candidate: string, msPerLook: number) => {
      let clock = 0;
      const terminal = new PassThrough();
      const now = () => new Date((clock += msPerLook));
      // The bar asks its stream whether it is a terminal.
      const given = { terminal: Object.assign(terminal, { isTTY: true, columns: 80 }), now };
      await folder.run(['policy', 'replay', candidate, '--records', 'decisions.ndjson'], given);
      return terminal.readableLength;
    };
    expect(await drawn('old.yaml', 200)).toBeGreaterThan(0);
    expect(await drawn('old.yaml', 1)).toBe(0);
  });
});

describe('policy replay on a platform (P13)', () => {
  const changed = {
    job_id: 'J',
    evaluated_at: '2026-11-20T10:00:00Z',
    policy_snapshot: DIGEST,
    before: { type: 'ALLOW', rule_ids: ['pay'], reason_code: 'rule', reason: 'r' },
    after: { type: 'DENY', rule_ids: [], reason_code: 'no_match', reason: 'No rule matches.' },
    differences: ['type', 'rule_ids'],
  };
  const answering = (lines: readonly unknown[], asked: { url?: string; body?: string } = {}) =>
    folder.run(
      [
        'policy',
        'replay',
        'old.yaml',
        '--url',
        'http://127.0.0.1:8081',
        '--from',
        '2026-11-01T00:00:00Z',
        '--json',
      ],
      {
        fetch: (url, init) => {
          asked.url = (url as URL).href;
          asked.body = init?.body as string;
          return Promise.resolve(new Response(ndjson(lines)));
        },
      },
    );

  it('sends the candidate along and hears of every change', async () => {
    const asked: { url?: string; body?: string } = {};
    const { code, out } = await answering(
      [{ candidate: OLD_HASH }, { changed }, { changed }, { summary: { decided: 9 } }],
      asked,
    );
    expect(code).toBe(0);
    expect(asked.url).toBe('http://127.0.0.1:8081/api/v1/policy/replay');
    expect(JSON.parse(asked.body!)).toEqual({
      files: [{ file: 'old.yaml', text: OLD }],
      from: '2026-11-01T00:00:00Z',
    });
    expect(jsonLines(out)).toEqual([
      { kind: 'change', ...changed },
      { kind: 'change', ...changed },
      expect.objectContaining({
        decisions: 9,
        changes: 2,
        by_rule: [{ rule: null, changes: 2, by: { 'ALLOW -> DENY': 2 } }],
      }),
    ]);
  });

  it.each([
    ['breaks off', [{ changed }], 'the connection broke off'],
    [
      'ends with an error',
      [{ error: { code: 'busy', detail: 'Try later.' } }],
      'ended early, busy: Try later.',
    ],
    ['is not understood', [{ news: 1 }], 'not understood'],
    ['is about another reading of the bundle', [{ candidate: DIGEST }], 'they are of different versions'],
  ])('fails when the answer %s: no changes more is not what it says', async (_what, lines, message) => {
    const { code, err } = await answering(lines);
    expect(code).toBe(1);
    expect(err).toContain(message);
  });
});

/** The reason at the end of a line: the words are the engine's. */
const reasonOf = (out: string, line: number) => out.split('\n')[line]!.split(']: ')[1]!;
