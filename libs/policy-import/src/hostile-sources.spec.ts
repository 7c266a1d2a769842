import { describe, expect, it } from 'vitest';
import { detectFormat, SourceFormat } from './detect-format.js';
import type { ImportOptions } from './import-options.js';
import { importPolicy } from './import-policy.js';

const problemsOf = (text: string, fileName: string, format: SourceFormat, options: ImportOptions = {}) => {
  const result = importPolicy(text, { ...options, fileName }, format);
  return result.ok ? [] : result.problems;
};

describe('a hostile source is refused, with its place', () => {
  it.each([
    ['an anchor', 'agent_id: &a x\nallowed_actions: [*a]', 'hidden_meaning', 1],
    ['a type tag', 'agent_id: a\nallowed_actions: !!set { x: }', 'hidden_meaning', 2],
    ['a doubled key', 'agent_id: a\nallowed_actions: [x]\nallowed_actions: [y]', 'duplicate_key', 3],
    ['__proto__ as a key', 'agent_id: a\nallowed_actions: [x]\n__proto__: { x: 1 }', 'forbidden_key', 3],
    ['a second document', 'agent_id: a\n---\nagent_id: b', 'syntax', 2],
    ['a directive', '%YAML 1.1\n---\nagent_id: a', 'hidden_meaning', 1],
    ['a huge number', 'agent_id: a\nallowed_actions: [x]\naudit_frequency: 1e999', 'bad_number', 3],
    [
      'an inexact number',
      'agent_id: a\nallowed_actions: [x]\naudit_frequency: 9007199254740993',
      'bad_number',
      3,
    ],
    ['a number among actions', 'agent_id: a\nallowed_actions: [x, 5]', 'wrong_type', 2],
    ['a list among actions', 'agent_id: a\nallowed_actions: [[x]]', 'wrong_type', 2],
    ['an empty action', 'agent_id: a\nallowed_actions: [x, ""]', 'bad_value', 2],
    ['a wildcard action', 'agent_id: a\nallowed_actions: ["*"]', 'bad_value', 2],
    ['a zero-width character (P08)', 'agent_id: a\nallowed_actions: ["de\u200blete"]', 'bad_value', 2],
    ['a look-alike letter (P08)', 'agent_id: a\nallowed_actions: ["d\u0435lete"]', 'bad_value', 2],
    [
      'an action that stands twice in other case',
      'agent_id: a\nallowed_actions: [read, Read]',
      'bad_value',
      2,
    ],
    ['a misspelt key (P07)', 'agent_id: a\nallowed_actions: [x]\nForbidden_Actions: [y]', 'unknown_key', 3],
    ['no agent', 'allowed_actions: [x]', 'missing_key', 1],
    [
      'an unknown escalation',
      'agent_id: a\nallowed_actions: [x]\nescalation_rules: [{condition: b, action: log}]',
      'bad_value',
      3,
    ],
    [
      'an unknown operator (P01)',
      'agent_id: a\nallowed_actions: [x]\nescalation_rules:\n - condition: b ~= 4\n   action: human_approval_required',
      'bad_condition',
      4,
    ],
    ['deep nesting', `agent_id: ${'['.repeat(40)}${']'.repeat(40)}`, 'too_deep', 1],
    ['nesting beyond the stack', `agent_id: ${'['.repeat(50_000)}`, 'syntax', 1],
    ['a list at the top', '- a', 'wrong_type', 1],
    ['an empty file', '', 'syntax', 1],
  ])('%s', (_, text, code, line) => {
    expect(problemsOf(text, 'a.yaml', SourceFormat.AgentPolicy)).toContainEqual(
      expect.objectContaining({ file: 'a.yaml', code, line }),
    );
  });

  it('too long a file', () => {
    expect(problemsOf(' '.repeat(1024 * 1024 + 1), 'a.yaml', SourceFormat.AgentPolicy)).toMatchObject([
      { code: 'too_large' },
    ]);
  });

  it.each([
    ['an empty prefix, which would allow everything', '"allowed_shell_prefixes": [""]', 'bad_value'],
    ['a blank prefix', '"allowed_shell_prefixes": ["  "]', 'bad_value'],
    ['a prefix that is half a name', '"allowed_shell_prefixes": ["r-"]', 'bad_value'],
    ['a prefix that is the root', '"allowed_shell_prefixes": ["/"]', 'bad_value'],
    ['a folder of system commands as a prefix', '"allowed_shell_prefixes": ["/usr/bin/"]', 'bad_value'],
    ['a prefix that goes up', '"allowed_shell_prefixes": ["scripts/../"]', 'bad_value'],
    ['a prefix with an operator', '"allowed_shell_prefixes": ["ls;"]', 'bad_value'],
    ['a wrapper as a prefix (P21)', '"allowed_shell_prefixes": ["sudo "]', 'bad_value'],
    ['an assignment as a prefix', '"allowed_shell_prefixes": ["A=1 ls"]', 'bad_value'],
    ['inline code as a prefix', '"allowed_shell_prefixes": ["bash -c"]', 'bad_value'],
    ['a prefix that is a number', '"allowed_shell_prefixes": [5]', 'wrong_type'],
    [
      'a pattern that looks like a regular expression',
      '"blocked_shell_patterns": ["rm\\\\s+-rf"]',
      'needs_answer',
    ],
    ['another one', '"blocked_shell_patterns": ["^sudo"]', 'needs_answer'],
    ['a negative cap', '"max_retries_hard_cap": -1', 'wrong_type'],
    ['a cap that is a text', '"max_retries_hard_cap": "3"', 'wrong_type'],
    ['a cap beyond any number', '"max_retries_hard_cap": 1e999', 'bad_number'],
    ['a back-off whose least is above its most', '"min_backoff_sec": 9, "max_backoff_sec": 3', 'bad_value'],
    ['a field that no condition can name', '"required_step_fields": ["in"]', 'bad_value'],
    ['a doubled key', '"policy_id": "a", "policy_id": "b"', 'duplicate_key'],
    ['__proto__', '"__proto__": {}', 'forbidden_key'],
    ['a misspelt key', '"max_retries_hardcap": 3', 'unknown_key'],
  ])('%s, in a work-order policy (P5)', (_, member, code) => {
    expect(problemsOf(`{${member}}`, 'p.json', SourceFormat.WorkOrder)).toContainEqual(
      expect.objectContaining({ file: 'p.json', code, line: 1 }),
    );
  });

  it.each([
    ['a rate that is none', 'rate_limits: { x: abc/hour }', 'bad_value'],
    ['a rate of nothing', 'rate_limits: { x: 0/hour }', 'bad_value'],
    ['a rate for an unknown time', 'rate_limits: { x: 5/fortnight }', 'bad_value'],
    ['a rate that counts nobody knows what', 'rate_limits: { x: 5/hour }', 'needs_answer'],
    ['hours without a zone', 'operating_hours: "09:00-17:00"', 'needs_answer'],
    ['hours that are none', 'operating_hours: "9-17"', 'bad_value'],
    [
      'hours in no zone',
      'operating_hours: { start: "09:00", end: "17:00", timezone: Mars/Base }',
      'bad_value',
    ],
    ['hours of no length', 'operating_hours: { start: "09:00", end: "09:00", timezone: UTC }', 'bad_value'],
    [
      'hours on no day',
      'operating_hours: { start: "09:00", end: "17:00", days: [], timezone: UTC }',
      'bad_value',
    ],
    [
      'a day that is none',
      'operating_hours: { start: "09:00", end: "17:00", days: [noday], timezone: UTC }',
      'bad_value',
    ],
    ['an approval in other words', 'approval_required: [close if wontfix]', 'bad_condition'],
    ['a condition on an unknown name', 'approval_required: [close_with_label:"x"]', 'needs_answer'],
    ['a repository that is a name alone', 'blacklist: { repositories: [repo] }', 'bad_value'],
    ['a conditional automatic approval', 'auto_approve: [close_with_label:"x"]', 'bad_value'],
    ['a list in the place of the blacklist', 'blacklist: [x]', 'wrong_type'],
    ['nobody whom it is about', 'auto_approve: [x]', 'needs_answer'],
  ])('%s, in a framework file (P8)', (_, text, code) => {
    const problems = problemsOf(`${text}\n`, 'f.yaml', SourceFormat.Framework);
    expect(problems).toContainEqual(expect.objectContaining({ code, line: 1 }));
  });

  it.each([
    ['a doubled key', 'agent = "a"\ntools = ["x"]\ntools = ["y"]', 'syntax', 3],
    ['a date', 'agent = "a"\ntools = [2026-01-01]', 'wrong_type', 2],
    ['an infinite cost', 'agent = "a"\ntools = ["x"]\n[proposals]\nmax_cost_usd = inf', 'bad_number', 4],
    ['a negative cost', 'agent = "a"\ntools = ["x"]\n[proposals]\nmax_cost_usd = -1', 'wrong_type', 4],
    ['a misspelt key', 'agent = "a"\ntools = ["x"]\n[proposals]\nauto_aprove = ["x"]', 'unknown_key', 4],
    ['__proto__', 'agent = "a"\ntools = ["x"]\n[__proto__]\nx = 1', 'forbidden_key', 3],
    ['tools of nobody', 'tools = ["x"]', 'missing_key', 1],
    ['an agent without tools', '[agents.a]\ncapabilities = ["x"]', 'missing_key', 1],
    ['a default that allows', 'agent = "a"\ntools = ["x"]\n[proposals]\ndefault = "allow"', 'bad_value', 4],
  ])('%s, in a tool allowlist (P9)', (_, text, code, line) => {
    expect(problemsOf(text, 't.toml', SourceFormat.AgentTools)).toContainEqual(
      expect.objectContaining({ code, line }),
    );
  });

  it.each([
    [
      'a resource that goes up',
      'agent_id: a\npermissions: [{ resource: "x/../y", actions: [read] }]',
      'bad_value',
    ],
    ['a permission without a resource', 'agent_id: a\npermissions: [{ actions: [read] }]', 'missing_key'],
    ['a permission of nobody', 'permissions: [{ resource: x, actions: [read] }]', 'missing_key'],
    ['a tier beyond the last', 'tiers: { read: 5 }', 'bad_value'],
    ['an action with two tiers', 'tiers: { 0: [read], 3: [read] }', 'bad_value'],
    ['tiers for nobody knows which topics', 'tiers: { read: 0 }', 'needs_answer'],
    ['a route whose topics nobody knows', 'routes: [{ path: /api/x }]', 'needs_answer'],
  ])('%s, in a permission file', (_, text, code) => {
    expect(problemsOf(text, 'p.yaml', SourceFormat.Permissions)).toContainEqual(
      expect.objectContaining({ code }),
    );
  });
});

describe('an answer that can not be used is refused', () => {
  const text =
    'agent_id: a\nallowed_actions: [x]\nescalation_rules:\n - { condition: b > 4, action: human_approval_required }';
  it.each([
    [{ names: { b: 'amount' } }],
    [{ names: { b: 'params.in' } }],
    [{ names: { b: 'params.__proto__' } }],
    [{ names: { b: 'params.a", "b' } }],
    [{ names: { b: { path: 'params.b', carriedBy: [] } } }],
    [{ names: { b: { path: 'params.b', carriedBy: ['other'] } } }],
    [{ names: { b: 'params.b' }, topics: ['Job.x'] }],
    [{ names: { b: 'params.b' }, topics: [] }],
  ])('%j', (options) => {
    expect(problemsOf(text, 'a.yaml', SourceFormat.AgentPolicy, options)).toContainEqual(
      expect.objectContaining({ file: 'options', code: 'bad_option' }),
    );
  });
});

describe('the format of a source', () => {
  it.each([
    ['{"allowed_shell_prefixes": [], "policy_id": "x"}', 'policy.json', 'work_order'],
    ['{\n\t"max_retries_hard_cap": 3\n}', 'policy', 'work_order'],
    ['agent_id: a\nallowed_actions: []', 'a.yml', 'agent_policy'],
    ['operating_hours: x\nblacklist: {}', 'f.yaml', 'framework'],
    ['agent = "a"\ntools = []', 't.toml', 'agent_tools'],
    ['[agents.a]\ntools = []', 'unnamed', 'agent_tools'],
    ['tiers: {}', 'x.yaml', 'permissions'],
    ['agent_id: a\npermissions: []', 'x.yaml', 'permissions'],
    ['version: v1\nrules: []\ntiers: []', 'native.yaml', undefined],
    ['hello: world', 'x.yaml', undefined],
    ['tiers: {}\ntools: []', 'x.yaml', undefined],
    [': : :', 'x.yaml', undefined],
  ])('of %j in %s is %s', (text, name, format) => {
    expect(detectFormat(text, name)).toBe(format);
  });

  it('is asked for when no key tells it', () => {
    expect(importPolicy('hello: world', { fileName: 'x.yaml' })).toMatchObject({
      ok: false,
      problems: [{ code: 'unknown_format', file: 'x.yaml' }],
    });
  });
});
