import { describe, expect, it, vi } from 'vitest';
import { MAX_BODY_BYTES, Verdict, validate, type OutputAction, type Result } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { PolicyUnavailable } from '../consult/ask-output-policy.js';
import { NotYet } from '../examine/not-yet.js';
import { judgeResult, type JudgeTools } from './judge-result.js';
import { aPolicy, received, SNAPSHOT, tools } from './judging.builders.js';

const secret = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
const mail = 'ann.miller@corp-mail.com';
const ssn = 'SSN 536-22-1834';

const judge = async (over: Partial<Result> = {}, with_: Partial<JudgeTools> = {}) => {
  const judgement = await judgeResult(received(over), tools(with_));
  expect(validate(Verdict, judgement.verdict)).toMatchObject({ ok: true });
  return judgement;
};
const verdict = async (...args: Parameters<typeof judge>) => (await judge(...args)).verdict;

/** A policy that says one thing about rules whose id begins so. */
const ruling = (prefix: string, action: OutputAction, alert = false) =>
  aPolicy(({ findings }) => ({
    actions: findings.map(({ rule, kind, severity, action: own }) => {
      const isMeant = rule.startsWith(prefix);
      const usual = own === 'alert' ? 'release' : own;
      const said = isMeant ? action : usual;
      return { rule, kind, severity, action: said, alert: isMeant && alert, rule_ids: isMeant ? ['r1'] : [] };
    }),
  }));

describe('a result without findings', () => {
  it('is let through as it is, and costs no question', async () => {
    const ask = vi.fn(aPolicy());
    const clean = await verdict({}, { ask });
    expect(clean).toMatchObject({ kind: 'clean', status: 'succeeded', findings: [], reason_code: null });
    expect(clean.output).toBe('{"ticket":"T-1","status":"open"}');
    expect(clean.released).toBe(sha256Digest('{"ticket":"T-1","status":"open"}'));
    expect(ask).not.toHaveBeenCalled();
  });

  it('costs one question for all runs under the same constraints', async () => {
    const constraints = { max_output_bytes: 10 };
    const ask = vi.fn(aPolicy(() => ({ constraints })));
    const shared = tools({ ask });
    const constraints_digest = sha256Digest('{"max_output_bytes":10}');
    const first = await judgeResult(received({ constraints_digest, output: 'short' }), shared);
    const second = await judgeResult(received({ constraints_digest, output: 'much too long' }), shared);
    expect(first.verdict.kind).toBe('clean');
    expect(second.verdict).toMatchObject({
      kind: 'quarantined',
      reason_code: 'constraints_exceeded',
      exceeded: ['max_output_bytes'],
    });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('says whose worker returned it, of which run and under which constraints', async () => {
    const { run_id, constraints_digest } = received().result;
    expect(await verdict()).toMatchObject({ pool: 'mcp', run_id, constraints_digest, effects: false });
  });
});

describe('a result with findings', () => {
  it('has a secret taken out of its output, and says where it was (O1, O2)', async () => {
    const redacted = await verdict({ output: { text: `AWS_KEY=${secret}` } });
    expect(redacted).toMatchObject({ kind: 'redacted', reason_code: null, policy: { snapshot: SNAPSHOT } });
    expect(redacted.findings[0]).toMatchObject({ pointer: '/output/text', action: 'redact' });
    expect(redacted.released).toBe(sha256Digest(redacted.output ?? ''));
    expect(JSON.stringify(redacted)).not.toContain(secret);
  });

  it.each<[string, Partial<Result>, string]>([
    ['the message of an error', { error: { code: 'x', message: `used ${secret}` } }, '/error/message'],
    ['the code of an error', { error: { code: secret, message: 'x' } }, '/error/code'],
    [
      'the target of an effect',
      { effects: [{ kind: 'file', op: 'write', target: `/tmp/${secret}` }] },
      '/effects/0/target',
    ],
    ['the kind of an effect', { effects: [{ kind: secret, op: 'write', target: 'x' }] }, '/effects/0/kind'],
    ['the op of an effect', { effects: [{ kind: 'file', op: secret, target: 'x' }] }, '/effects/0/op'],
  ])('has one taken out of %s (attack 40)', async (_where, over, pointer) => {
    const redacted = await verdict({ status: 'failed', output: null, ...over });
    expect(redacted).toMatchObject({ kind: 'redacted', status: 'failed', output: 'null' });
    expect(redacted.findings).toContainEqual(expect.objectContaining({ pointer }));
    expect(JSON.stringify(redacted)).not.toContain(secret);
  });

  it('is kept back with a secret as the name of a member, without a byte of it', async () => {
    const held = await verdict({ output: { [secret]: 'T-1' } });
    expect(held).toMatchObject({
      kind: 'quarantined',
      reason_code: 'findings',
      output: null,
      released: null,
    });
    expect(held.findings).not.toHaveLength(0);
    expect(JSON.stringify(held)).not.toContain(secret);
  });

  it('is kept back when there are more than a verdict may list (attack 31)', async () => {
    const output = Array.from({ length: 1_001 }, (_, i) => `user${i}@corp-mail.com`);
    const held = await verdict({ output });
    expect(held).toMatchObject({ kind: 'quarantined', reason_code: 'too_many_findings', output: null });
    expect(held.findings).toHaveLength(1_000);
    expect(Buffer.byteLength(JSON.stringify(held))).toBeLessThan(MAX_BODY_BYTES * 1.1);
  });

  it('has fingerprints that tell nothing to another tenant', async () => {
    const output = { text: secret };
    const of = async (tenant_id: string) =>
      (await verdict({ output }, { ask: aPolicy(() => ({ tenant_id })) })).findings[0]?.fingerprint;
    expect(await of('a')).toBe(await of('a'));
    expect(await of('a')).not.toBe(await of('b'));
  });
});

describe('the policy about outputs', () => {
  it('is asked about each kind of finding once, never with a value or a place', async () => {
    const ask = vi.fn(aPolicy());
    await verdict({ output: [mail, mail, 'other.person@corp-mail.com'] }, { ask });
    expect(ask).toHaveBeenCalledTimes(1);
    const [question] = ask.mock.calls[0] ?? [];
    expect(question?.topic).toBe('job.mcp-bridge.read.file');
    expect(question?.findings).toEqual([
      { rule: 'pii.EMAIL_ADDRESS', kind: 'pii', severity: 'medium', action: 'redact' },
    ]);
  });

  it('leaves what it releases in the text, and the verdict says so', async () => {
    const released = await verdict({ output: { to: mail } }, { ask: ruling('pii.EMAIL', 'release') });
    expect(released).toMatchObject({
      kind: 'clean',
      output: JSON.stringify({ to: mail }),
      findings: [{ rule: 'pii.EMAIL_ADDRESS', action: 'release' }],
      policy: { snapshot: SNAPSHOT, rule_ids: ['r1'] },
    });
  });

  it('releases nothing that another rule has found at the same place', async () => {
    const url = `https://ann.miller:${secret}@corp-mail.com/x`;
    const mixed = await verdict({ output: { url } }, { ask: ruling('pii.', 'release') });
    expect(mixed.kind).toBe('redacted');
    expect(mixed.output).not.toContain(secret);
  });

  it('keeps back what it wants looked at, by a rule of its own', async () => {
    const held = await verdict({ output: { to: mail } }, { ask: ruling('pii.EMAIL', 'quarantine') });
    expect(held).toMatchObject({
      kind: 'quarantined',
      reason_code: 'policy',
      findings: [{ rule: 'pii.EMAIL_ADDRESS', action: 'quarantine' }],
      policy: { rule_ids: ['r1'] },
    });
  });

  it('has somebody told what it alerts about', async () => {
    const { alerts, tenantId } = await judge(
      { output: { to: mail } },
      { ask: ruling('pii.EMAIL', 'redact', true) },
    );
    expect(alerts).toEqual([{ rule: 'pii.EMAIL_ADDRESS', severity: 'medium' }]);
    expect(tenantId).toBe('default');
  });

  it('switches national ids on by region', async () => {
    const ask = (regions: string[]) => aPolicy(() => ({ regions }));
    expect(await verdict({ output: ssn }, { ask: ask(['DE']) })).toMatchObject({
      kind: 'clean',
      findings: [],
    });
    expect((await verdict({ output: ssn }, { ask: ask(['US']) })).kind).toBe('redacted');
    expect((await verdict({ output: ssn }, { ask: ask([]) })).kind).toBe('redacted');
  });

  it('is not guessed: without an answer there is no verdict', async () => {
    const ask = () => Promise.reject(new PolicyUnavailable('away'));
    await expect(judgeResult(received({ output: secret }), tools({ ask }))).rejects.toThrow(NotYet);
  });

  it('that knows no such job lets nothing out', async () => {
    const held = await judge(
      { output: { text: secret } },
      { ask: aPolicy(() => ({ known: false, tenant_id: null, actions: [] })) },
    );
    expect(held).toMatchObject({
      tenantId: null,
      verdict: { kind: 'quarantined', reason_code: 'unknown_job', output: null },
    });
    expect(JSON.stringify(held)).not.toContain(secret);
  });

  it('is asked again about all of it when it has changed meanwhile, and lets nothing out while it changes', async () => {
    let asked = 0;
    const ask = aPolicy(({ findings }) => ({
      policy_snapshot: `sha256:${String(asked++).repeat(64)}`,
      // Says nothing about what it is asked: an answer to another question.
      actions: findings.slice(1).map(({ rule, kind, severity }) => ({
        rule,
        kind,
        severity,
        action: 'release',
        alert: false,
        rule_ids: [],
      })),
    }));
    expect(await verdict({ output: [mail, secret] }, { ask })).toMatchObject({
      kind: 'quarantined',
      reason_code: 'policy',
    });
  });
});

describe('effects', () => {
  it('beyond the constraints keep the result back, and the constraint alone is named', async () => {
    const effects = [{ kind: 'file', op: 'write', target: '/etc/cron.d/evil' }];
    const ask = aPolicy(() => ({ constraints: { paths: { write: ['/work'] } } }));
    const held = await verdict({ effects }, { ask });
    expect(held).toMatchObject({
      kind: 'quarantined',
      reason_code: 'constraints_exceeded',
      exceeded: ['paths.write'],
      effects: true,
    });
    expect(JSON.stringify(held)).not.toContain('cron.d');
  });

  it('within them are no obstacle', async () => {
    const effects = [{ kind: 'file', op: 'write', target: 'tickets/T-1.json' }];
    const ask = aPolicy(() => ({ constraints: { paths: { write: ['tickets'] } } }));
    expect(await verdict({ effects }, { ask })).toMatchObject({ kind: 'clean', effects: true });
  });
});

describe('a result that cannot be judged', () => {
  it('is kept back when its pool does not take its topic, unread', async () => {
    const { verdict: held } = await judgeResult(received({}, { isOwnTopic: false, pool: 'agent' }), tools());
    expect(held).toMatchObject({
      kind: 'quarantined',
      reason_code: 'foreign_topic',
      pool: 'agent',
      error: null,
    });
  });

  it.each(['scanner_error', 'scanner_timeout'] as const)(
    'is kept back with the reason %s, without its error (S03, attack 39)',
    async (reason) => {
      const held = await verdict(
        { error: { code: 'x', message: secret } },
        { examine: () => Promise.resolve({ ok: false, reason, detail: 'of a test' }) },
      );
      expect(held).toMatchObject({
        kind: 'quarantined',
        reason_code: reason,
        output: null,
        released: null,
        error: null,
        findings: [],
      });
    },
  );

  it('is kept back whatever fails on the way (S03)', async () => {
    const { verdict: held, detail } = await judge(
      { output: secret },
      { ask: () => Promise.reject(new TypeError(secret)) },
    );
    expect(held).toMatchObject({ kind: 'quarantined', reason_code: 'scanner_error' });
    expect(detail).toBe('TypeError');
  });

  it('past the limit releases nothing, and its run has failed', async () => {
    expect(await verdict({ output: 'x'.repeat(MAX_BODY_BYTES) })).toMatchObject({
      kind: 'clean',
      status: 'failed',
      output: 'null',
      released: sha256Digest('null'),
      error: { code: 'output_too_large' },
    });
  });

  it('is past it too when it grows by being written anew', async () => {
    const output = Array.from({ length: 60_000 }, () => 1e15);
    const { verdict: large } = await judgeResult(received({ output }, { bytes: 300_000 }), tools());
    expect(large).toMatchObject({ status: 'failed', output: 'null', error: { code: 'output_too_large' } });
  });
});
