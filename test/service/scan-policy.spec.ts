import {
  checkQuarantineKey,
  sweepUnconfirmed,
  UNCONFIRMED,
  withholdOverdue,
} from '@countersign/output-scanner';
import type { OutputAction } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { SNAPSHOT, type PolicyOfTest } from './support/output-policy.js';
import { aHeldResult, aKey, aResult, POOL, ScannerBench, sent, TAIL } from './support/scanner-bench.js';

let servers: TestServers;
let scanner: ScannerBench;

beforeAll(async () => {
  servers = await startServers();
  scanner = await ScannerBench.open(servers);
});
afterAll(async () => {
  await scanner?.rig.close();
  await servers?.stop();
});
beforeEach(() => scanner.clear());

const NO_CONSTRAINTS = sha256Digest('{}');
const MAIL = 'ann.miller@corp-mail.com';
const aMail = () => aResult({ output: { to: MAIL } });

/** A policy with one rule about everything that is found. */
const ruling =
  (action: OutputAction, alert = false): PolicyOfTest =>
  ({ findings }) => ({
    actions: findings.map(({ rule, kind, severity }) => ({
      rule,
      kind,
      severity,
      action,
      alert,
      rule_ids: ['about-mail'],
    })),
  });

describe('what becomes of a finding', () => {
  it.each<[OutputAction, string, string | null]>([
    ['release', 'clean', JSON.stringify({ to: MAIL })],
    ['redact', 'redacted', JSON.stringify({ to: '[REDACTED:pii.EMAIL_ADDRESS]' })],
    ['quarantine', 'quarantined', null],
  ])(
    'is the policy’s to say: %s, with the rule and the snapshot that said so (O2)',
    async (action, kind, output) => {
      scanner.policy.says = ruling(action);
      const result = aMail();
      await scanner.scan(sent(result));
      expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
        {
          kind,
          output,
          findings: [{ rule: 'pii.EMAIL_ADDRESS', action }],
          policy: { snapshot: SNAPSHOT, rule_ids: ['about-mail'] },
          reason_code: action === 'quarantine' ? 'policy' : null,
        },
      ]);
    },
  );

  it('is told somebody where the policy wants it, once, without the value', async () => {
    scanner.policy.says = ruling('redact', true);
    const result = aMail();
    await scanner.scan(sent(result), sent(result));
    const events = await scanner.outputEvents();
    expect(events).toMatchObject([
      {
        change: 'alert',
        job_id: result.job_id,
        tenant_id: 'default',
        findings: [{ rule: 'pii.EMAIL_ADDRESS', severity: 'medium' }],
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(MAIL);
  });

  it('is asked about in one turn for a whole batch, and not at all for clean results', async () => {
    const clean = Array.from({ length: 5 }, () => aResult({ constraints_digest: NO_CONSTRAINTS }));
    await scanner.scan(...clean.map((result) => sent(result)));
    expect(scanner.policy.asked).toEqual([]);
    await scanner.scan(...[aMail(), aMail(), ...clean].map((result) => sent(result)));
    expect(scanner.policy.asked).toHaveLength(2);
  });
});

describe('a policy that does not answer', () => {
  it('lets nothing out and holds up no clean result: what it is needed for comes again', async () => {
    scanner.policy.isThere = false;
    const [held, clean] = [aMail(), aResult({ constraints_digest: NO_CONSTRAINTS })];
    const delivery = sent(held);
    expect((await scanner.scan(delivery, sent(clean))).map(({ kind }) => kind)).toEqual(['retry', 'ack']);
    expect(await scanner.verdictsOf(held.job_id)).toEqual([]);
    expect(await scanner.verdictsOf(clean.job_id)).toMatchObject([{ kind: 'clean' }]);
    expect(await scanner.countOf('quarantine')).toBe(0);
    scanner.policy.isThere = true;
    await scanner.scan(delivery);
    expect(await scanner.verdictsOf(held.job_id)).toMatchObject([{ kind: 'redacted' }]);
  });

  it('is not asked again for a job it does not know: the result is kept back', async () => {
    scanner.policy.says = () => ({ known: false, tenant_id: null, actions: [] });
    const result = aMail();
    await scanner.scan(sent(result));
    expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
      { kind: 'quarantined', reason_code: 'unknown_job', output: null },
    ]);
  });
});

describe('what a worker says that it has done', () => {
  it('is compared with the constraints of the decision: an excess is kept back, and its constraint named', async () => {
    scanner.policy.says = () => ({ constraints: { paths: { write: ['/work'] }, network: { allow: [] } } });
    const effects = [
      { kind: 'file', op: 'write', target: '/work/../etc/cron.d/evil' },
      { kind: 'network', op: 'connect', target: 'https://evil.example/' },
    ];
    const result = aResult({ effects });
    await scanner.scan(sent(result));
    const [verdict] = await scanner.verdictsOf(result.job_id);
    expect(verdict).toMatchObject({
      kind: 'quarantined',
      reason_code: 'constraints_exceeded',
      exceeded: ['paths.write', 'network.allow'],
    });
    expect(JSON.stringify(verdict)).not.toContain('evil');
  });

  it('is scanned like its output: a secret in a file name leaves nothing of itself (attack 40)', async () => {
    const secret = aKey();
    const result = aResult({ effects: [{ kind: 'file', op: 'write', target: `/tmp/${secret}.txt` }] });
    await scanner.scan(sent(result));
    expect(await scanner.verdictsOf(result.job_id)).toMatchObject([
      { kind: 'redacted', findings: [{ pointer: '/effects/0/target' }] },
    ]);
    const [told] = await scanner.rig.rows<{ found: boolean }>(
      'SELECT bool_or(position($1 in body) > 0) AS found FROM outbox',
      [secret],
    );
    expect(told?.found).toBe(false);
  });
});

describe('a result that is kept back', () => {
  it('comes out by no retry, and stands in nothing that the scanner says (S09)', async () => {
    const secret = aKey();
    const result = aResult({ output: { [secret]: secret }, error: { code: 'x', message: secret } });
    await scanner.scan(sent(result), sent(result));
    await scanner.scan(sent(result));
    await scanner.review(result, 'rejected');
    await scanner.scan(sent(result));
    const kinds = (await scanner.verdictsOf(result.job_id)).map(({ kind }) => kind);
    expect(kinds).toEqual(['quarantined', 'withheld']);
    const [said] = await scanner.rig.rows<{ found: boolean }>(
      'SELECT bool_or(position($1 in body) > 0) AS found FROM outbox',
      [secret],
    );
    expect(said?.found).toBe(false);
  });
});

describe('sealed bytes', () => {
  it.each([
    ['granted', 'released'],
    ['rejected', undefined],
  ] as const)(
    'after a review that ends %s: an opening stands in the audit log (%s)',
    async (outcome, end) => {
      const result = aHeldResult();
      await scanner.scan(sent(result));
      await scanner.confirm(result);
      await scanner.review(result, outcome);
      const opened = end === undefined ? [] : [{ change: 'opened', job_id: result.job_id, end }];
      expect(await scanner.outputEvents()).toMatchObject(opened);
    },
  );

  it('that could not be opened are told as well', async () => {
    const result = aHeldResult();
    await scanner.scan(sent(result));
    await scanner.confirm(result);
    await scanner.rig.rows(`UPDATE quarantine SET sealed = decode('00', 'hex') || substr(sealed, 2)`);
    await scanner.review(result, 'granted');
    expect(await scanner.outputEvents()).toMatchObject([{ change: 'opened', end: 'unsealable' }]);
  });

  it('are waited for under their own pool and topic alone (X08)', async () => {
    const result = aHeldResult();
    await scanner.scan(sent(result, TAIL, 'agent'), sent(result));
    await scanner.confirm(result, { pool: POOL, topic: `job.${TAIL}` });
    expect(
      await scanner.rig.rows('SELECT pool, confirmed_at IS NOT NULL AS waited FROM quarantine ORDER BY pool'),
    ).toEqual([
      { pool: 'agent', waited: false },
      { pool: POOL, waited: true },
    ]);
  });

  it('go after the days that are set for them', async () => {
    const [waited, lost] = [aHeldResult(), aHeldResult()];
    await scanner.scan(sent(waited), sent(lost));
    await scanner.confirm(waited);
    await scanner.age('quarantine', '25 hours');
    await scanner.sweep((work) => withholdOverdue(work, 2));
    await scanner.sweep((work) => sweepUnconfirmed(work, UNCONFIRMED, 2));
    expect(await scanner.countOf('quarantine')).toBe(2);
    await scanner.sweep((work) => withholdOverdue(work, 1));
    await scanner.sweep((work) => sweepUnconfirmed(work, UNCONFIRMED, 1));
    expect(await scanner.countOf('quarantine')).toBe(0);
  });
});

describe('the quarantine key', () => {
  const keyOf = (byte: number) => Buffer.alloc(32, byte);
  const check = (key: Buffer) => scanner.sweep((work) => checkQuarantineKey(work, key));
  beforeEach(() => scanner.rig.rows('DELETE FROM quarantine_key'));

  it('stays what it was at the first start', async () => {
    await check(keyOf(1));
    await expect(check(keyOf(1))).resolves.toBeUndefined();
  });

  it('that is another one while results wait is an error at start, which says how many', async () => {
    await check(keyOf(1));
    await scanner.scan(sent(aHeldResult()));
    await expect(check(keyOf(2))).rejects.toMatchObject({ code: 'wrong_quarantine_key' });
    await expect(check(keyOf(2))).rejects.toThrow(/^1 results are sealed with another quarantine key/);
  });

  it('may be another one when nothing waits', async () => {
    await check(keyOf(1));
    await check(keyOf(2));
    await scanner.scan(sent(aHeldResult()));
    await expect(check(keyOf(1))).rejects.toMatchObject({ code: 'wrong_quarantine_key' });
  });

  it('of another length is refused', async () =>
    expect(check(Buffer.alloc(16))).rejects.toMatchObject({ code: 'bad_quarantine_key' }));
});
