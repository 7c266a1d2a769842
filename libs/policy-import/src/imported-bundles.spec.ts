import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy, runPolicyTests } from '@countersign/policy-engine';
import { detectFormat, SourceFormat } from './detect-format.js';
import type { ImportOptions } from './import-options.js';
import { importPolicy } from './import-policy.js';
import type { ImportResult } from './import-result.js';

/** In milliseconds: hundreds of bundles are loaded, on whatever else the machine does. */
const SLOW = 120_000;

/** What keeps an import from being a bundle that loads and passes its own tests. */
function faultsOf(imported: ImportResult): readonly unknown[] {
  if (!imported.ok) return [];
  const loaded = loadPolicy(imported.files.map(({ path, text }) => ({ file: path, text })));
  if (!loaded.ok) return loaded.errors;
  return runPolicyTests(loaded.snapshot, loaded.tests).filter(({ passed }) => !passed);
}

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,6}$/);
const words = fc.uniqueArray(word, { maxLength: 5, selector: (text) => text.toLowerCase() });
const name = fc.stringMatching(/^[a-z][a-z_]{0,5}$/);
const number = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.double({ min: -9, max: 9, noNaN: true }).map((value) => Number(value.toFixed(2))),
);
const literal = fc.oneof(number.map(String), fc.constantFrom('true', 'false', '"gold"', "'a b'", '"it\'s"'));
const atom = fc.oneof(
  name,
  fc.tuple(name, fc.constantFrom('>', '>=', '<', '<=', '==', '!='), number).map((parts) => parts.join(' ')),
  fc.tuple(name, fc.constantFrom('==', '!='), literal).map((parts) => parts.join(' ')),
);
const condition = fc.oneof(
  atom,
  fc.tuple(atom, fc.constantFrom('and', '||'), atom).map((parts) => parts.join(' ')),
  fc.tuple(atom, atom, atom).map(([a, b, c]) => `not (${a} or ${b}) and ${c}`),
);
const names = { '*': 'params.x' };
/** Answers every question about a name. */
const answering = new Proxy<Record<string, string>>(names, {
  getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true }),
  get: (_, key) => `params.${String(key)}`,
});
const OPTIONS: ImportOptions = {
  names: answering,
  timezone: 'Europe/Berlin',
  limits: { all: '*' },
  topics: ['job.case.>'],
  literalPatterns: true,
};

const SOURCES: Readonly<Record<SourceFormat, fc.Arbitrary<unknown>>> = {
  agent_policy: fc.record(
    {
      agent_id: word,
      domain: word,
      allowed_actions: words,
      forbidden_actions: words,
      escalation_rules: fc.array(
        fc.record({
          condition,
          action: fc.constantFrom('human_approval_required', 'human_review_before_action'),
        }),
        { maxLength: 4 },
      ),
      audit_frequency: fc.constantFrom('daily', 5),
    },
    { requiredKeys: ['agent_id', 'allowed_actions'] },
  ),
  work_order: fc.record(
    {
      policy_id: word,
      allowed_shell_prefixes: fc.uniqueArray(
        fc.constantFrom(
          'npm run ',
          'git',
          'scripts/',
          'python3 ',
          'bash run_',
          'python -m pytest',
          './x/',
          'make a:',
          'node app.js',
        ),
      ),
      blocked_shell_patterns: fc.uniqueArray(
        fc.oneof(
          fc.constantFrom('rm -rf', 'a\\s', '> /dev', '"quoted"', '$(', ' x '),
          fc.string({ minLength: 1, maxLength: 8 }),
        ),
        { maxLength: 60 },
      ),
      max_retries_hard_cap: fc.nat(5),
      min_backoff_sec: fc.nat(100),
      max_backoff_sec: fc.integer({ min: 100, max: 900 }),
      required_step_fields: fc.uniqueArray(
        fc.oneof(name, fc.constantFrom('id', 'ID', 'start_shell', 'max_retries', 'success_markers')),
        { maxLength: 4 },
      ),
      required_success_markers: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 3 }),
      required_state_paths: words,
    },
    { requiredKeys: [] },
  ),
  framework: fc.record(
    {
      agent_id: word,
      operating_hours: fc.constantFrom(
        '09:00-17:00',
        'mon-fri 08:30-12:00',
        { start: '22:00', end: '06:00', days: ['monday', 'friday'], timezone: 'Asia/Tokyo' },
        'sat-sun 00:00-24:00 UTC',
        '24/7',
      ),
      rate_limits: fc.constantFrom({}, { all: '5000/hour' }, { all: '1/second' }),
      approval_required: fc.uniqueArray(
        fc.oneof(
          word,
          fc.tuple(name, name, word).map(([a, b, c]) => `${a}_with_${b}:"${c}"`),
        ),
        { maxLength: 4 },
      ),
      auto_approve: words,
      blacklist: fc.record(
        {
          repositories: fc.uniqueArray(fc.constantFrom('Org/*', 'acme/x-*', 'github.com/a/b', '*/secret'), {
            maxLength: 3,
          }),
          actions: words,
        },
        { requiredKeys: [] },
      ),
      monitoring: fc.constant({ alerts: [{ trigger: 'x', channel: 'slack' }], level: 3 }),
      rollback: fc.constantFrom({ enabled: true }, { enabled: false, hours: 4 }, { steps: ['a'] }, true),
    },
    { requiredKeys: ['agent_id', 'auto_approve'] },
  ),
  agent_tools: fc
    .record({
      agent: word,
      tools: words,
      denied: words,
      automatic: words,
      cost: fc.nat(9),
      rest: fc.constantFrom('deny', 'require_approval'),
    })
    .map(({ agent, tools, denied, automatic, cost, rest }) =>
      [
        `agent = "${agent}"`,
        `tools = { allow = ${JSON.stringify(tools)}, deny = ${JSON.stringify(denied)} }`,
        '[proposals]',
        `auto_approve = ${JSON.stringify([...automatic, ...tools.slice(1)].filter((one, at, all) => all.findIndex((other) => other.toLowerCase() === one.toLowerCase()) === at))}`,
        `never_auto_approve = ${JSON.stringify(tools.slice(0, 1))}`,
        `max_cost_usd = ${cost}`,
        `default = "${rest}"`,
      ].join('\n'),
    ),
  permissions: fc.record(
    {
      agent_id: word,
      permissions: fc.array(
        fc.record({ resource: fc.constantFrom('*', 'github.com/A/*', 'x/**', 'x', '**/y'), actions: words }),
        { maxLength: 4 },
      ),
      denied_actions: words,
      tiers: fc.dictionary(word, fc.nat(4), { maxKeys: 5, noNullPrototype: true }),
    },
    { requiredKeys: ['agent_id', 'permissions', 'denied_actions'] },
  ),
};

describe.each(Object.values(SourceFormat))('an import of format %s', (format) => {
  it('is a bundle that loads and passes its own tests, or is refused (P10, P15)', { timeout: SLOW }, () => {
    let imports = 0;
    fc.assert(
      fc.property(SOURCES[format], (source) => {
        const text = typeof source === 'string' ? source : JSON.stringify(source);
        const imported = importPolicy(text, OPTIONS, format);
        if (imported.ok) imports += 1;
        expect(faultsOf(imported)).toEqual([]);
      }),
      { numRuns: 80, seed: 11 },
    );
    expect(imports).toBeGreaterThan(20);
  });

  it('is told apart from any text, without ever throwing', { timeout: SLOW }, () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constantFrom('a.json', 'a.yaml', 'a.toml', 'a'),
        (text, file) => {
          expect(['undefined', 'string']).toContain(typeof detectFormat(text, file));
          expect(typeof importPolicy(text, { fileName: file }, format).ok).toBe('boolean');
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a work-order policy with as much as it may have', () => {
  it('is a bundle that loads and passes its own tests', { timeout: SLOW }, () => {
    const many = (count: number, text: string) => Array.from({ length: count }, (_, at) => `${text}${at}`);
    const text = JSON.stringify({
      allowed_shell_prefixes: [
        ...many(50, 'python3 folder/with/a/long/name/program-'),
        ...many(50, 'make target-'),
      ].map((prefix, at) => (at % 2 === 0 ? prefix : `${prefix}/`)),
      blocked_shell_patterns: many(300, 'a blocked phrase of many words that is written out, number '),
    });
    const imported = importPolicy(text, {}, SourceFormat.WorkOrder);
    expect(imported.ok).toBe(true);
    expect(faultsOf(imported)).toEqual([]);
    const more = JSON.stringify({ allowed_shell_prefixes: many(101, 'make target-') });
    expect(importPolicy(more, {}, SourceFormat.WorkOrder)).toMatchObject({
      problems: [{ code: 'too_large' }],
    });
  });
});
