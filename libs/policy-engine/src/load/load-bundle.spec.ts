import { describe, expect, it } from 'vitest';
import { loadPolicy } from './load-policy.js';

const load = (files: Readonly<Record<string, string>>) =>
  loadPolicy(Object.entries(files).map(([file, text]) => ({ file, text: `version: v1\n${text}` })));
const problems = (text: string) => {
  const result = load({ 'a.yaml': text });
  return (result.ok ? result.warnings : result.errors).map(({ code, line, column, message }) => ({
    at: [code, line, column],
    message,
  }));
};
const deny = 'rules: [{ id: a, decision: deny }]';

describe('a bundle', () => {
  it('shares its sets, in lists and in conditions', () => {
    const result = load({
      'sets.yaml': 'sets: { pay: ["job.pay.*", "job.refund.*"] }',
      'rules.yaml':
        'rules: [{ id: a, match: { topics: ["$pay", job.x] }, when: "size(sets.pay) > 1", decision: deny }]',
    });
    expect(result).toMatchObject({
      ok: true,
      snapshot: { rules: [{ match: { topics: ['job.pay.*', 'job.refund.*', 'job.x'] } }] },
    });
  });

  it('states id and version once, and its digest depends on them', () => {
    const one = load({ a: `policy_id: p\npolicy_version: 1.0.0\n${deny}` });
    const two = load({ a: `policy_id: p\npolicy_version: 1.0.1\n${deny}` });
    expect(one).toMatchObject({ ok: true, snapshot: { policy_id: 'p', policy_version: '1.0.0' } });
    expect(one.ok && two.ok && one.snapshot.hash !== two.snapshot.hash).toBe(true);
    expect(load({ a: `policy_id: p\n${deny}`, b: 'policy_id: q\nclassify: []' })).toMatchObject({
      ok: false,
    });
  });

  it('has all files that it includes', () => {
    const main = (path: string) => ({
      'p/main.yaml': `include: [${path}]\n${deny}`,
      'p/common/x.yaml': 'sets: { s: [a] }',
    });
    expect(load(main('common/x.yaml')).ok).toBe(true);
    expect(load(main('./common/../common/x.yaml')).ok).toBe(true);
    for (const path of ['common/y.yaml', '../../etc/passwd', '/etc/passwd', '../../../p/common/x.yaml']) {
      expect(load(main(path))).toMatchObject({
        ok: false,
        errors: [{ code: 'bad_include', line: 2, column: 11 }],
      });
    }
  });
});

describe('a slip is told with its place and what was meant', () => {
  it.each([
    ['rules: [{ id: a, decison: deny }]', ['unknown_key', 2, 18], 'did you mean decision?'],
    ['rules: [{ id: a, decision: DENY }]', ['unknown_decision', 2, 28], 'did you mean deny?'],
    ['Rules: []', ['unknown_key', 2, 1], 'did you mean rules?'],
    [
      'rules: [{ id: a, match: { topics: [$pya] }, decision: deny }]\nsets: { pay: [job.x] }',
      ['unknown_set', 2, 36],
      'did you mean pay?',
    ],
    [
      'rules: [{ id: a, decision: throttle, throttle: { rate: abc/hour } }]',
      ['bad_limit', 2, 56],
      '"10/day"',
    ],
    [
      'rules: [{ id: a, decision: throttle, throttle: { rate: 10/huor } }]',
      ['bad_limit', 2, 56],
      '"10/hour"',
    ],
    ['rules: [{ id: a, match: { actions: [Refund] }, decision: deny }]', ['bad_value', 2, 37], 'lower-case'],
    [
      'rules: [{ id: a, match: { resources: [a/../b] }, decision: deny }]',
      ['bad_resource_pattern', 2, 39],
      '`..`',
    ],
    ['rules: [{ id: a, decision: allow }]', ['allow_without_condition', 2, 9], 'needs a match'],
    ['rules: [{ id: a, match: {}, decision: allow }]', ['allow_without_condition', 2, 9], 'needs a match'],
    [
      'rules: [{ id: a, match: { except: { agents: [x] } }, decision: allow }]',
      ['allow_without_condition', 2, 9],
      'needs a match',
    ],
    ['rules: [{ id: a, decision: deny, obligations: [audit] }]', ['key_not_allowed', 2, 47], 'only notify'],
    [
      'rules: [{ id: a, decision: require_approval, obligations: [audti] }]',
      ['bad_value', 2, 60],
      'did you mean audit?',
    ],
    [
      'rules: [{ id: a, decision: require_approval, approval: { ttl: 5min } }]',
      ['bad_limit', 2, 63],
      '"10m"',
    ],
    [
      'rules: [{ id: a, decision: require_approval, approval: { ttl: 1m, escalate_after: 1m, escalate_to: [g] } }]',
      ['bad_limit', 2, 83],
      'not below',
    ],
    [
      'rules: [{ id: a, decision: allow_with_constraints, constraints: { cpus: 1e999 } }]',
      ['bad_limit', 2, 73],
      'finite',
    ],
    [`default: deny\n${deny}`, ['key_not_allowed', 2, 1], 'of a scope'],
    [
      'scope: { agents: [x] }\nrules: [{ id: a, match: { agents: [y] }, decision: deny }]',
      ['bad_scope', 3, 9],
      'nobody',
    ],
  ])('%s (P01, P06, P07, P14)', (text, at, hint) => {
    const [first] = problems(text);
    expect(first?.at).toEqual(at);
    expect(first?.message).toContain(hint);
  });

  it('also inside a condition, however it is written (P01)', () => {
    const block =
      'rules:\n  - id: a\n    decision: deny\n    when: |\n      true &&\n        jbo.topic == "x"';
    expect(problems(block)[0]?.at).toEqual(['unknown_variable', 7, 9]);
    const quoted = `rules: [{ id: a, decision: deny, when: "true && jbo.topic == 'x'" }]`;
    expect(problems(quoted)[0]?.at).toEqual(['unknown_variable', 2, 49]);
    const listed =
      'rules:\n  - id: a\n    decision: deny\n    when:\n      - "true"\n      - job.params.amount ~= 500';
    expect(problems(listed)[0]?.at).toEqual(['bad_condition', 7, 27]);
  });
});

describe('a bundle is warned about', () => {
  const rule = (id: string, rest: string) => `  - { id: ${id}, ${rest} }`;
  const codes = (...rules: string[]) =>
    problems(`rules:\n${rules.join('\n')}`).map(({ at: [code, line] }) => [code, line]);

  it('a rule that never decides', () => {
    const wide = rule('d', 'match: { topics: ["job.pay.>"] }, decision: deny');
    expect(codes(wide, rule('a', 'match: { topics: ["job.pay.x"], agents: [m] }, decision: allow'))).toEqual([
      ['unreachable_rule', 4],
    ]);
    expect(codes(wide, rule('a', 'match: { topics: ["job.*.x"] }, decision: allow'))).toEqual([]);
    const excepting = rule('d', 'match: { topics: ["job.pay.>"], except: { agents: [m] } }, decision: deny');
    expect(codes(excepting, rule('a', 'match: { topics: ["job.pay.x"] }, decision: allow'))).toEqual([]);
  });

  it('two rules on the same jobs of which one says nothing', () => {
    const match = 'match: { topics: [job.x] }';
    expect(
      codes(rule('a', `${match}, decision: allow`), rule('b', `${match}, decision: require_approval`)),
    ).toEqual([['contradicting_rules', 4]]);
    const limits = [
      rule('a', `${match}, decision: throttle, throttle: { rate: 1/day }`),
      rule('b', `${match}, decision: allow_with_constraints, constraints: { max_retries: 1 }`),
    ];
    expect(codes(...limits)).toEqual([]);
  });
});

describe('a bundle is refused', () => {
  it('when two files have one name, since an include could mean either', () => {
    const file = { file: 'a.yaml', text: 'version: v1\nrules:\n  - { id: d, decision: deny }\n' };
    const loaded = loadPolicy([file, { ...file, text: file.text.replace('id: d', 'id: e') }]);
    expect(loaded.ok ? [] : loaded.errors.map(({ code }) => code)).toEqual(['duplicate_file']);
  });
});
