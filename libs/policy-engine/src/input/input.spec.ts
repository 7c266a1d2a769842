import { describe, expect, it } from 'vitest';
import { decide } from '../decide/decide.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import { loadPolicy } from '../load/load-policy.js';
import { printPolicy } from '../print/print-policy.js';
import { aRequest, aSnapshot, errorsOf } from '../testing/builders.js';
import { redactInput, scanInput, withScannedInput } from './scan-input.js';

const RULES = `rules: [
  { id: free, decision: allow, match: { topics: [job.>] } },
  { id: asked, decision: require_approval, match: { topics: [job.ask.>] }, approval: { quorum: 2, ttl: 1h } },
  { id: never, decision: deny, match: { topics: [job.never.>] } },
  { id: open, decision: allow, match: { topics: [job.open.>] }, allow_publish: true }]`;
const policy = (input = '') =>
  `{ version: v1, ${RULES}${input === '' ? '' : `, input: { rules: [${input}] }`} }`;
/** The shape of a token that was never issued; in two parts, so that no scanner of source text takes it for one. */
const KEY = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
const SECRET = { params: { text: `token ${KEY}` } };
const MAIL = { params: { to: 'ann@northwind.io' } };
const ask = (text: string, over: Partial<PolicyRequest>) => {
  const snapshot = aSnapshot(text);
  return decide(snapshot, withScannedInput(snapshot, aRequest({ topic: 'job.mail.send', ...over })));
};
const on = (action: string, more = '') =>
  policy(`{ id: i, action: ${action}, match: { topics: [job.>]${more} } }`);

describe('what a job was given (O6)', () => {
  it.each([
    ['deny', 'DENY', 'input_finding'],
    ['hold', 'REQUIRE_APPROVAL', 'input_finding'],
    ['redact', 'DENY', 'input_redacted'],
  ])('makes of a job that would run, under %s, a %s', (action, type, reasonCode) => {
    expect(ask(on(action), MAIL)).toMatchObject({ type, reasonCode, ruleIds: ['i', 'free'] });
  });

  it('makes nothing of a job in which nothing was found', () => {
    expect(ask(on('deny'), { params: { text: 'hello' } })).toMatchObject({
      type: 'ALLOW',
      ruleIds: ['free'],
    });
  });

  it('is known by every rule that found it, whichever the detectors name first', () => {
    const credentials = { params: { url: `https://ann:${KEY}@northwind.io/` } };
    expect(ask(on('deny', ', kinds: [secret.github-pat]'), credentials).type).toBe('DENY');
    expect(ask(on('deny', ', kinds: [secret.basic-auth-url]'), credentials).type).toBe('DENY');
  });

  it.each([
    ['the job that undoes it', { details: { compensation: { topic: 'job.mail.undo', params: { KEY } } } }],
    ['its rationale', { details: { rationale: { alternatives_considered: ['none', KEY] } } }],
    ['its resource', { resource: `repo/${KEY}` }],
  ])('is looked at in %s as well', (_, over) => {
    expect(ask(on('deny'), over).type).toBe('DENY');
    const publishing = { ...over, details: { ...('details' in over ? over.details : {}), publish: true } };
    expect(ask(policy(), publishing)).toMatchObject({ type: 'DENY', reasonCode: 'input_finding' });
  });

  it('is taken out of rationale and compensation, but a job about another resource is another job', () => {
    const compensation = { topic: 'job.mail.undo', params: { to: 'ann@northwind.io' } };
    const rationale = { reasoning: 'ann@northwind.io asked' };
    const redacted = redactInput({}, {}, { rationale, compensation });
    expect(JSON.stringify(redacted)).not.toContain('ann@');
    expect(redacted).toMatchObject({ compensation: { topic: 'job.mail.undo' } });
    expect(redactInput({}, {}, { rationale, resource: 'mailbox/ann@northwind.io' })).toBeUndefined();
    expect(ask(on('redact'), { resource: 'mailbox/ann@northwind.io' })).toMatchObject({
      ...{ type: 'DENY', reasonCode: 'input_finding' },
    });
  });

  it('is looked at in labels as well', () => {
    expect(ask(on('deny'), { labels: { owner: 'ann@northwind.io' } }).type).toBe('DENY');
  });

  it.each([
    ['job.never.x', 'hold', 'DENY', 'rule'],
    ['job.ask.x', 'deny', 'DENY', 'input_finding'],
    ['job.ask.x', 'redact', 'DENY', 'input_redacted'],
    ['job.ask.x', 'hold', 'REQUIRE_APPROVAL', 'input_finding'],
  ])(
    'is held against what is decided about %s: of that and %s the stricter stands',
    (topic, action, type, code) => {
      expect(ask(on(action), { ...MAIL, topic })).toMatchObject({ type, reasonCode: code });
    },
  );

  it('leaves the terms of those who are asked anyway, and adds its own', () => {
    const bare = ask(on('hold'), { ...MAIL, topic: 'job.ask.x' });
    expect(bare.obligations.approval).toEqual({ quorum: 2, groups: [], ttl_sec: 3600 });
    const own = policy('{ id: i, action: hold, approval: { groups: [dlp], ttl: 10m } }');
    expect(ask(own, { ...MAIL, topic: 'job.ask.x' }).obligations.approval).toEqual({
      quorum: 2,
      groups: ['dlp'],
      ttl_sec: 600,
    });
    expect(ask(on('hold'), MAIL).obligations.approval).toEqual({ quorum: 1, groups: [], ttl_sec: 300 });
  });

  it('is taken by the strictest rule: deny, then redact, then hold', () => {
    const rules = (...actions: string[]) =>
      policy(actions.map((action, at) => `{ id: i${at}, action: ${action} }`).join(', '));
    expect(ask(rules('redact', 'hold', 'deny'), MAIL)).toMatchObject({
      type: 'DENY',
      ruleIds: ['i2', 'i0', 'i1', 'free'],
    });
    expect(ask(rules('redact', 'hold'), MAIL).reasonCode).toBe('input_redacted');
  });

  it('concerns only the kinds that a rule names', () => {
    const secrets = on('deny', ', kinds: [secret], min_severity: high');
    expect(ask(secrets, MAIL).type).toBe('ALLOW');
    expect(ask(secrets, SECRET).type).toBe('DENY');
  });

  it('is not scanned where no rule names the topic', () => {
    const snapshot = aSnapshot(policy('{ id: i, action: deny, match: { topics: [job.web.>] } }'));
    const request = aRequest({ topic: 'job.mail.send', ...SECRET });
    expect(withScannedInput(snapshot, request)).toBe(request);
    expect(decide(snapshot, request).type).toBe('ALLOW');
  });

  it('denies what was not scanned though a rule wants to know', () => {
    expect(decide(aSnapshot(on('redact')), aRequest({ topic: 'job.mail.send' }))).toMatchObject({
      type: 'DENY',
      reasonCode: 'input_unscannable',
    });
  });

  it.each([
    ['more than a job may have', { text: 'a '.repeat(300_000) }],
    ['a value that has no JSON', { n: 1n }],
    ['a text that unfolds without end', undefined],
  ])('denies %s', (_, params) => {
    const given = params ?? { input: null };
    const scanned = params === undefined ? { input: { ...scanInput({}, {}), complete: false } } : {};
    expect(ask(on('hold'), { params: given, ...scanned })).toMatchObject({ reasonCode: 'input_unscannable' });
  });

  it('denies what can not be taken out, and what was not taken out the first time', () => {
    expect(ask(on('redact'), { params: { 'ann@northwind.io': 1 } })).toMatchObject({
      reasonCode: 'input_finding',
    });
    expect(ask(on('redact'), { ...MAIL, redacted: true })).toMatchObject({ reasonCode: 'input_finding' });
  });

  it('tells in no finding and in no reason what was found', () => {
    const decided = ask(on('deny'), SECRET);
    const scanned = scanInput(SECRET.params, {});
    expect(scanned.findings).toMatchObject([{ kind: 'secret', pointer: '/params/text', offset: 6 }]);
    expect(JSON.stringify([decided, scanned])).not.toContain(KEY.slice(0, 12));
  });

  it('keeps one finding of each kind of ten thousand, so that a decision can be made again', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `user${at}@northwind.io`);
    const scanned = scanInput({ many, last: KEY }, {});
    expect(scanned.findings.length).toBeLessThanOrEqual(256);
    expect(scanned.found).toBeGreaterThan(10_000);
    expect(new Set(scanned.findings.map(({ kind }) => kind))).toEqual(new Set(['pii', 'secret']));
  });

  it('is redacted without a trace of what was found, and the rest as it was', () => {
    const redacted = redactInput({ ...SECRET.params, amount: 3 }, { owner: 'ann@northwind.io' });
    expect(redacted).toMatchObject({ params: { amount: 3 } });
    expect(JSON.stringify(redacted)).not.toMatch(/ann@|ghp_/);
    expect(redactInput({ a: 1 }, {})).toBeUndefined();
  });
});

describe('a job that publishes (O3)', () => {
  const draft = { details: { publish: true } };

  it('is asked about though a rule allows it, and says why', () => {
    expect(ask(policy(), draft)).toMatchObject({
      type: 'REQUIRE_APPROVAL',
      reasonCode: 'publish_review',
      ruleIds: ['free'],
      obligations: { approval: { quorum: 1 } },
    });
  });

  it('runs where a rule that grants it says that it may', () => {
    expect(ask(policy(), { ...draft, topic: 'job.open.x' }).type).toBe('ALLOW');
  });

  it.each([
    [
      'a critical secret',
      {
        params: {
          key: `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(40)}\n-----END RSA PRIVATE KEY-----`,
        },
      },
      'DENY',
    ],
    ['an address of a person', MAIL, 'REQUIRE_APPROVAL'],
    ['nothing of weight', { params: { host: 'server at 203.0.113.7' } }, 'ALLOW'],
  ])('is scanned though no rule of inputs names it: with %s', (_, given, type) => {
    expect(ask(policy(), { ...draft, ...given, topic: 'job.open.x' }).type).toBe(type);
  });

  it.each([
    ['decision: require_approval, allow_publish: true', 'key_not_allowed', 'means nothing under'],
    [
      'decision: allow, match: { topics: [job.x] }, grants: false, allow_publish: true',
      'key_not_allowed',
      'grants nothing',
    ],
    ['decision: allow, match: { topics: [job.x] }, allow_publish: yes', 'wrong_type', 'true or false'],
  ])('is allowed by no rule such as { %s }', (rest, code, message) => {
    const errors = errorsOf(`{ version: v1, rules: [{ id: r, ${rest} }] }`);
    expect(errors).toMatchObject([{ code }]);
    expect(errors[0]?.message).toContain(message);
  });

  it('is allowed by no rule in a file with a scope', () => {
    const text = `{ version: v1, scope: { tenants: [a] }, rules: [{ id: r, decision: allow, match: { topics: [job.x] }, allow_publish: true }] }`;
    expect(errorsOf(text)).toMatchObject([{ code: 'key_not_allowed' }]);
  });
});

describe('the input section of a policy', () => {
  const withInput = (input: string) => `version: v1\n${RULES}\ninput:\n  ${input}\n`;

  it.each([
    ['{}', 'missing_key', 'input needs rules'],
    ['rules: []', 'empty_policy', 'input.rules is empty'],
    ['rules: [{ id: a, action: hld }]', 'bad_value', 'did you mean hold?'],
    ['rules: [{ id: a, action: quarantine }]', 'bad_value', 'known: hold, redact, deny'],
    ['rules: [{ id: a, action: deny, alert: true }]', 'unknown_key', 'has no "alert"'],
    ['rules: [{ id: a, action: deny, approval: {} }]', 'key_not_allowed', 'means nothing under deny'],
    [
      'rules: [{ id: a, action: deny, match: { destinations: [p] } }]',
      'unknown_key',
      'has no "destinations"',
    ],
    ['rules: [{ id: free, action: deny }]', 'duplicate_id', 'already at'],
  ])('is refused with its place: %s', (input, code, message) => {
    const errors = errorsOf(withInput(input));
    expect(errors).toContainEqual(expect.objectContaining({ code, line: 8, file: 'policy.yaml' }));
    expect(errors.map((error) => error.message).join(' ')).toContain(message);
  });

  it('outlives printing', () => {
    const snapshot = aSnapshot(
      policy(
        '{ id: i, action: hold, reason: so, match: { min_severity: high, kinds: [secret] }, approval: { ttl: 2h } }',
      ),
    );
    const again = loadPolicy(printPolicy(snapshot));
    expect(again.ok && again.snapshot.hash).toBe(snapshot.hash);
  });
});
