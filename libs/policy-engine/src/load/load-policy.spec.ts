import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../testing/builders.js';
import { loadPolicy } from './load-policy.js';

const rules = (...lines: string[]) => ['version: v1', 'rules:', ...lines].join('\n');
const rule = (...lines: string[]) => rules('  - id: a', ...lines.map((line) => `    ${line}`));
const classify = (...lines: string[]) =>
  ['version: v1', 'rules: [{ id: a, decision: deny }]', 'classify:', ...lines].join('\n');
const withConstraints = (constraints: string) =>
  rule('match: { topics: ["job.a.*"] }', 'decision: allow_with_constraints', `constraints: ${constraints}`);
const depth = 5_000;

describe('a policy set is refused', () => {
  it.each([
    ['broken YAML', 'version: [v1', 'yaml_syntax', 1],
    ['a tab for an indent', 'version: v1\nrules:\n\t- id: a', 'yaml_syntax', 3],
    ['a truncated file (P16)', 'version: v1\nrules:\n  - id: a\n    decision: "den', 'yaml_syntax', 4],
    ['nesting without end', `version: ${'['.repeat(depth)}${']'.repeat(depth)}`, 'yaml_syntax', 1],
    ['a second document', `${rule('decision: deny')}\n---\nversion: v1`, 'yaml_syntax', 5],
    ['an empty file (P16)', '', 'empty_policy', 1],
    ['a file of comments', '# nothing\n', 'empty_policy', 1],
    ['a null file', 'null', 'empty_policy', 1],
    ['no rules at all (P16)', 'version: v1', 'empty_policy', 1],
    ['an empty list of rules (P16)', 'version: v1\nrules: []', 'empty_policy', 2],
    [
      'rules left out beside classify',
      'version: v1\nclassify: [{ id: c, match: { topics: [">"] }, add_tags: [t] }]',
      'empty_policy',
      1,
    ],
    ['a list instead of a mapping', '- a', 'wrong_type', 1],
    ['a missing version', 'rules: [{ id: a, decision: deny }]', 'missing_version', 1],
    ['another version', 'version: v2\nrules: [{ id: a, decision: deny }]', 'unsupported_version', 1],
    ['a version that is a number', 'version: 1\nrules: [{ id: a, decision: deny }]', 'wrong_type', 1],
    ['a duplicate key (P20)', rule('decision: deny', 'decision: allow'), 'duplicate_key', 5],
    [
      'a duplicate key in JSON (P20)',
      '{"version":"v1","rules":[{"id":"a","decision":"deny","decision":"allow"}]}',
      'duplicate_key',
      1,
    ],
    ['an unknown key at the top', `${rule('decision: deny')}\ndefaults: allow`, 'unknown_key', 5],
    ['another spelling of a key (P07)', `${rule('decision: deny')}\nDefault_Action: allow`, 'unknown_key', 5],
    ['an unknown key in a rule', rule('decision: deny', 'enabled: false'), 'unknown_key', 5],
    ['__proto__ (P20)', rule('decision: deny', '__proto__: {}'), 'unknown_key', 5],
    [
      'a condition not of this version (P01, P02)',
      rule('decision: deny', 'match: { when: "(amount > 500)" }'),
      'unknown_key',
      5,
    ],
    [
      'an unknown tag operator (P01)',
      rule('decision: deny', 'match: { risk_tags: { some: [x] } }'),
      'unknown_key',
      5,
    ],
    ['a merge key', rule('decision: deny', '<<: { reason: x }'), 'unknown_key', 5],
    ['an unknown decision (case 3)', rule('decision: permit'), 'unknown_decision', 4],
    ['DENY in capitals (P07)', rule('decision: DENY'), 'unknown_decision', 4],
    ['a decision with a blank', rule('decision: "deny "'), 'unknown_decision', 4],
    ['a missing decision', rule('reason: x'), 'missing_key', 3],
    ['a missing id', rules('  - decision: deny'), 'missing_key', 3],
    ['an id with blanks', rules('  - id: "a b"', '    decision: deny'), 'bad_value', 3],
    ['an id that is a number', rules('  - id: 7', '    decision: deny'), 'wrong_type', 3],
    ['a match without a value (P05)', rule('decision: deny', 'match:'), 'wrong_type', 5],
    ['topics that are no list', rule('decision: deny', 'match: { topics: job.a }'), 'wrong_type', 5],
    ['topics that are empty', rule('decision: deny', 'match: { topics: [] }'), 'empty_condition', 5],
    ['labels that are empty (P05)', rule('decision: deny', 'match: { labels: {} }'), 'empty_condition', 5],
    [
      'risk_tags that are an empty mapping',
      rule('decision: deny', 'match: { risk_tags: {} }'),
      'empty_condition',
      5,
    ],
    [
      'none that is empty',
      rule('decision: deny', 'match: { risk_tags: { none: [] } }'),
      'empty_condition',
      5,
    ],
    [
      'a glob within a token of a topic',
      rule('decision: deny', 'match: { topics: ["job.del*"] }'),
      'bad_topic_pattern',
      5,
    ],
    ['> in the middle', rule('decision: deny', 'match: { topics: ["job.>.a"] }'), 'bad_topic_pattern', 5],
    [
      'a topic that can match nothing',
      rule('decision: deny', 'match: { topics: ["agent.exec.*"] }'),
      'bad_topic_pattern',
      5,
    ],
    [
      'a pattern of 200 wildcards (P19)',
      rule('decision: deny', `match: { topics: ["job${'.*'.repeat(200)}"] }`),
      'bad_topic_pattern',
      5,
    ],
    ['a capital in a tag (P07)', rule('decision: deny', 'match: { risk_tags: [Prod] }'), 'bad_value', 5],
    ['a wildcard tenant (P14)', rule('decision: deny', 'match: { tenants: ["*"] }'), 'bad_value', 5],
    ['a wildcard label', rule('decision: deny', 'match: { labels: { env: "*" } }'), 'bad_value', 5],
    ['a label that is a number', rule('decision: deny', 'match: { labels: { n: 5 } }'), 'wrong_type', 5],
    ['a reason of blanks', rule('decision: deny', 'reason: " "'), 'bad_value', 5],
    ['half a surrogate pair (P20)', rule('decision: deny', 'reason: "\\uD800"'), 'bad_value', 5],
    ['an anchor', rule('decision: deny', 'reason: &r x'), 'alias_not_allowed', 5],
    ['a type tag', rule('decision: !!str deny'), 'tag_not_allowed', 4],
    ['a custom tag', rule('decision: !js deny'), 'yaml_syntax', 4],
    ['a directive', `%YAML 1.1\n---\n${rule('decision: deny')}`, 'tag_not_allowed', 1],
    [
      'constraints on allow',
      rule('decision: allow', 'constraints: { max_retries: 1 }'),
      'key_not_allowed',
      5,
    ],
    ['constraints on deny', rule('decision: deny', 'constraints: { max_retries: 1 }'), 'key_not_allowed', 5],
    ['approval on allow', rule('decision: allow', 'approval: { quorum: 2 }'), 'key_not_allowed', 5],
    ['throttle on deny', rule('decision: deny', 'throttle: { rate: "1/day" }'), 'key_not_allowed', 5],
    ['allow_with_constraints without any', rule('decision: allow_with_constraints'), 'missing_key', 3],
    ['throttle without a rate', rule('decision: throttle', 'throttle: { key: agent }'), 'missing_key', 5],
    ['throttle without its block', rule('decision: throttle'), 'missing_key', 3],
    ['a rate of 0', rule('decision: throttle', 'throttle: { rate: "0/day" }'), 'bad_limit', 5],
    ['a rate by the week', rule('decision: throttle', 'throttle: { rate: "5/week" }'), 'bad_limit', 5],
    [
      'an unknown excess',
      rule('decision: throttle', 'throttle: { rate: "5/day", on_excess: allow }'),
      'bad_value',
      5,
    ],
    [
      'an unknown throttle key',
      rule('decision: throttle', 'throttle: { rate: "5/day", key: user }'),
      'bad_value',
      5,
    ],
    ['a quorum of 0', rule('decision: require_approval', 'approval: { quorum: 0 }'), 'bad_limit', 5],
    ['no groups', rule('decision: require_approval', 'approval: { groups: [] }'), 'empty_condition', 5],
    [
      'an approval for ever',
      rule('decision: require_approval', 'approval: { ttl_sec: 99999999 }'),
      'bad_limit',
      5,
    ],
    ['an unknown constraint (case 14)', withConstraints('{ max_runtime: 5 }'), 'unknown_constraint', 6],
    ['no constraints', withConstraints('{}'), 'empty_condition', 6],
    ['a negative limit (P03)', withConstraints('{ max_retries: -1 }'), 'bad_limit', 6],
    ['a fraction of a second', withConstraints('{ max_runtime_sec: 1.5 }'), 'bad_limit', 6],
    ['no time to run', withConstraints('{ max_runtime_sec: 0 }'), 'bad_limit', 6],
    ['endless time (P06)', withConstraints('{ max_runtime_sec: .inf }'), 'bad_limit', 6],
    ['not a number (P06)', withConstraints('{ cpus: .nan }'), 'bad_limit', 6],
    ['a limit as text', withConstraints('{ max_runtime_sec: "45" }'), 'wrong_type', 6],
    ['a limit beyond 32 bits', withConstraints('{ max_output_bytes: 9007199254740993 }'), 'bad_limit', 6],
    ['a back-off upside down', withConstraints('{ backoff_sec: { min: 5, max: 1 } }'), 'bad_limit', 6],
    ['half a back-off', withConstraints('{ backoff_sec: { min: 5 } }'), 'missing_key', 6],
    ['a path that climbs (P22)', withConstraints('{ paths: { read: ["a/../../etc"] } }'), 'bad_value', 6],
    ['a path with a wildcard', withConstraints('{ paths: { read: ["/**"] } }'), 'bad_value', 6],
    ['a path with a trailing dot (P22)', withConstraints('{ paths: { write: ["a."] } }'), 'bad_value', 6],
    [
      'a host with a scheme',
      withConstraints('{ network: { allow: ["https://a.example"] } }'),
      'bad_value',
      6,
    ],
    ['a port beyond 65535', withConstraints('{ network: { allow: ["a.example:70000"] } }'), 'bad_value', 6],
    ['every host', withConstraints('{ network: { allow: ["*"] } }'), 'bad_value', 6],
    ['a variable that is no text', withConstraints('{ env: { A: 1 } }'), 'wrong_type', 6],
    ['a variable named __proto__ (P20)', withConstraints('{ env: { __proto__: x } }'), 'bad_value', 6],
    ['a classify rule without a match', classify('  - id: c', '    add_tags: [t]'), 'missing_key', 4],
    [
      'a classify rule without a condition',
      classify('  - id: c', '    match: {}', '    add_tags: [t]'),
      'empty_condition',
      5,
    ],
    ['a classify rule without tags', classify('  - id: c', '    match: { topics: [">"] }'), 'missing_key', 4],
    [
      'a regular expression to classify by',
      classify('  - id: c', '    match: { params_contain: ["rm.*"] }', '    add_tags: [t]'),
      'bad_value',
      5,
    ],
    [
      'a lone star as a token glob',
      classify('  - id: c', '    match: { topic_tokens: ["*"] }', '    add_tags: [t]'),
      'bad_value',
      5,
    ],
  ])('for %s', (_what, text, code, line) => {
    const [error] = errorsOf(text);
    expect(error).toMatchObject({ file: 'policy.yaml', code, line });
    expect(error?.column).toBeGreaterThan(0);
  });

  it('for an alias bomb, before anything is expanded', () => {
    const bomb = Array.from({ length: 30 }, (_, n) => `x${n}: &x${n} [*x${n - 1}, *x${n - 1}]`).slice(1);
    expect(errorsOf(['x0: &x0 [a]', ...bomb].join('\n'))[0]?.code).toBe('alias_not_allowed');
  });

  it('for an id that two files share (case 17), naming both places', () => {
    const text = rule('decision: deny');
    const result = loadPolicy([
      { file: 'one.yaml', text },
      { file: 'two.yaml', text },
    ]);
    expect(result).toMatchObject({
      ok: false,
      errors: [{ file: 'two.yaml', line: 3, column: 5, code: 'duplicate_id' }],
    });
    expect(!result.ok && result.errors[0]?.message).toContain('one.yaml:3');
  });

  it('for an id that occurs twice in one file', () => {
    const text = rules(
      '  - { id: a, decision: deny }',
      '  - { id: a, decision: throttle, throttle: { rate: 1/day } }',
    );
    expect(errorsOf(text)).toMatchObject([{ code: 'duplicate_id', line: 4 }]);
  });

  it('whole, when one of its files is bad', () => {
    const result = loadPolicy([
      { file: 'good.yaml', text: rule('decision: deny') },
      { file: 'bad.yaml', text: '' },
    ]);
    expect(result).toMatchObject({ ok: false, errors: [{ file: 'bad.yaml', code: 'empty_policy' }] });
  });

  it('when there is no file (P16)', () => {
    expect(loadPolicy([])).toMatchObject({ ok: false, errors: [{ code: 'empty_policy' }] });
  });

  it('with every error that it has', () => {
    const text = rules('  - { id: a, decision: DENY }', '  - { id: b, decision: deny, colour: red }');
    expect(errorsOf(text).map(({ code, line, column }) => [code, line, column])).toEqual([
      ['unknown_decision', 3, 24],
      ['unknown_key', 4, 30],
    ]);
  });

  it('and never throws, whatever the text', () => {
    const bits = fc.constantFrom(
      'version: v1\n',
      'rules:\n',
      '  - id: a\n',
      '    decision: ',
      'deny',
      '{',
      '[',
      '&a',
      '*a',
      '"',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(bits, fc.string()), { maxLength: 12 }),
        (parts) => void errorsOf(parts.join('')),
      ),
    );
  });
});
