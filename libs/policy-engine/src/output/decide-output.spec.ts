import { describe, expect, it } from 'vitest';
import type { OutputFinding } from '@countersign/contracts';
import { loadPolicy } from '../load/load-policy.js';
import { printPolicy } from '../print/print-policy.js';
import { aSnapshot, errorsOf } from '../testing/builders.js';
import { decideOutput, type OutputPlace } from './decide-output.js';

const RULES = 'rules: [{ id: r, decision: allow, match: { topics: [job.>] } }]';
const outputs = (rules: string, more = '') =>
  `{ version: v1, ${RULES}, output: { ${more} rules: [${rules}] } }`;
const PLACE: OutputPlace = {
  topic: 'job.mail.send',
  tenantId: 'acme',
  agentId: 'agent-1',
  destination: 'gateway',
};
const EMAIL: OutputFinding = {
  rule: 'pii.EMAIL_ADDRESS',
  kind: 'pii',
  severity: 'medium',
  action: 'redact',
};
const on = (text: string, found: Partial<OutputFinding> = {}, place: Partial<OutputPlace> = {}) =>
  decideOutput(aSnapshot(text), { ...PLACE, ...place })({ ...EMAIL, ...found });

describe('what becomes of a finding in an output (O1)', () => {
  it.each([
    ['alert', 'release', true],
    ['redact', 'redact', false],
    ['quarantine', 'quarantine', false],
  ] as const)('is the own action of its detector without a rule: %s', (action, wanted, alert) => {
    expect(on(`{ version: v1, ${RULES} }`, { action })).toEqual({ action: wanted, alert, ruleIds: [] });
  });

  it('is what the strictest of the matching rules says, and all of them are named', () => {
    const text = outputs(
      '{ id: a, action: release }, { id: b, action: quarantine, match: { kinds: [pii] }, alert: true }, { id: c, action: redact }',
    );
    expect(on(text)).toEqual({ action: 'quarantine', alert: true, ruleIds: ['b', 'c', 'a'] });
  });

  it.each([
    ['kinds: [pii.EMAIL_ADDRESS]', {}, {}],
    ['kinds: ["pii.*"]', {}, {}],
    ['kinds: [pii]', {}, {}],
    ['min_severity: medium', {}, {}],
    ['severities: [medium]', {}, {}],
    ['topics: [job.mail.>]', {}, {}],
    ['tenants: [acme], agents: [agent-1], destinations: [gateway]', {}, {}],
  ])('is released where %s holds', (match) => {
    expect(on(outputs(`{ id: a, action: release, match: { ${match} } }`)).action).toBe('release');
  });

  it.each([
    'kinds: [secret]',
    'kinds: ["pii.US_*"]',
    'min_severity: high',
    'severities: [low, high]',
    'topics: [job.web.>]',
    'tenants: [beta]',
    'destinations: [p1]',
    'kinds: [pii], agents: [agent-2]',
  ])('is what the detector says where %s does not hold', (match) => {
    expect(on(outputs(`{ id: a, action: release, match: { ${match} } }`)).action).toBe('redact');
  });

  it('is not loosened by a file with a scope, neither over a rule nor over the detector', () => {
    const scoped = (action: string) =>
      `{ version: v1, scope: { tenants: [acme] }, output: { rules: [{ id: s, action: ${action} }] } }`;
    const of = (wide: string, action: string) => {
      const loaded = loadPolicy([
        { file: 'a.yaml', text: wide },
        { file: 'b.yaml', text: scoped(action) },
      ]);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
      return decideOutput(loaded.snapshot, PLACE)(EMAIL).action;
    };
    const plain = `{ version: v1, ${RULES} }`;
    expect(of(plain, 'release')).toBe('redact');
    expect(of(plain, 'quarantine')).toBe('quarantine');
    expect(of(outputs('{ id: w, action: quarantine }'), 'release')).toBe('quarantine');
    expect(of(outputs('{ id: w, action: release }'), 'redact')).toBe('redact');
  });

  it.each([
    ['a topic that is none', {}, { topic: 'job.Mail' }],
    ['an action that no detector has', { action: 'ignore' as 'alert' }, {}],
  ])('is quarantined in doubt: %s', (_, found, place) => {
    expect(on(outputs('{ id: a, action: release }'), found, place).action).toBe('quarantine');
  });
});

describe('the output section of a policy', () => {
  const withOutput = (output: string) => `version: v1\n${RULES}\noutput:\n  ${output}\n`;

  it.each([
    ['{}', 'empty_policy', 'output is empty'],
    ['rules: []', 'empty_policy', 'output.rules is empty'],
    ['rule: []', 'unknown_key', 'did you mean rules?'],
    ['rules: [{ id: a }]', 'missing_key', 'needs an action'],
    ['rules: [{ id: a, action: redakt }]', 'bad_value', 'did you mean redact?'],
    ['rules: [{ id: a, action: deny }]', 'bad_value', 'known: release, redact, quarantine'],
    ['rules: [{ id: a, action: redact, match: {} }]', 'empty_condition', 'match is empty'],
    ['rules: [{ id: a, action: redact, match: { kind: [pii] } }]', 'unknown_key', 'did you mean kinds?'],
    [
      'rules: [{ id: a, action: redact, match: { kinds: [pii.EMAIL_ADRESS] } }]',
      'bad_value',
      'did you mean pii.EMAIL_ADDRESS?',
    ],
    ['rules: [{ id: a, action: redact, match: { kinds: ["pi.*"] } }]', 'bad_value', 'did you mean pii?'],
    ['rules: [{ id: a, action: redact, match: { severities: [hihg] } }]', 'bad_value', 'did you mean high?'],
    ['rules: [{ id: a, action: redact, match: { min_severity: worst } }]', 'bad_value', 'known: info'],
    [
      'rules: [{ id: a, action: redact, match: { severities: [high], min_severity: low } }]',
      'key_not_allowed',
      'give one of them',
    ],
    ['rules: [{ id: a, action: redact, match: { destinations: ["*"] } }]', 'bad_value', 'is no producer'],
    ['rules: [{ id: a, action: redact, approval: {} }]', 'unknown_key', 'has no "approval"'],
    ['rules: [{ id: r, action: redact }]', 'duplicate_id', 'rule r is already at'],
    ['regions: [xx]', 'bad_value', 'is no region'],
  ])('is refused with its place: %s', (output, code, message) => {
    const errors = errorsOf(withOutput(output));
    expect(errors).toContainEqual(expect.objectContaining({ code, line: 4, file: 'policy.yaml' }));
    expect(errors.map((error) => error.message).join(' ')).toContain(message);
  });

  it('has no regions in a scope: fewer of them would find less', () => {
    const text = `{ version: v1, scope: { tenants: [a] }, output: { regions: [de] } }`;
    expect(errorsOf(text)).toMatchObject([{ code: 'key_not_allowed' }]);
  });

  it.each([
    ['{ id: a, action: release }', 'releases_secrets'],
    ['{ id: a, action: release, match: { kinds: ["secret.aws-s*"] } }', 'releases_secrets'],
    ['{ id: a, action: release, match: { kinds: [pii] } }', undefined],
    ['{ id: a, action: release, match: { kinds: [secret], severities: [low, high] } }', undefined],
    [
      '{ id: a, action: redact, match: { kinds: ["pii.US_*"] } }, { id: b, action: quarantine, match: { kinds: [pii] } }',
      'unreachable_rule',
    ],
    [
      '{ id: a, action: redact, match: { kinds: [pii] } }, { id: b, action: quarantine, match: { kinds: [pii] } }',
      'contradicting_rules',
    ],
  ])('is worth a second look: %s', (rules, code) => {
    const loaded = loadPolicy([{ file: 'policy.yaml', text: outputs(rules) }]);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    expect(loaded.warnings.map((warning) => warning.code)).toEqual(code === undefined ? [] : [code]);
  });

  it('is covered by the digest and outlives printing, and a policy without it has the digest that it had', () => {
    const plain = aSnapshot(`{ version: v1, ${RULES} }`);
    const spoken = aSnapshot(
      outputs('{ id: a, action: redact, alert: true, reason: so }', 'regions: [de, FR],'),
    );
    expect(plain.hash).toBe('sha256:5ac2ce059fab2ea07c44f1d4f2180acffe32f1fbf115bd65ce6b65b5418ba559');
    expect(spoken.hash).not.toBe(plain.hash);
    expect(spoken.output?.regions).toEqual(['DE', 'FR']);
    const again = loadPolicy(printPolicy(spoken));
    expect(again.ok && again.snapshot.hash).toBe(spoken.hash);
  });
});
