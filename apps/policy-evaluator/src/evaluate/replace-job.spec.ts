import { Decision, validate } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { describe, expect, it } from 'vitest';
import { aSnapshot, anAdmittedJob, CLOCK } from '../testing/builders.js';
import { decideJob } from './decide-job.js';
import { questionBehind } from './recorded-decision.js';
import { replacementOf } from './replace-job.js';

const AT = Date.parse('2026-11-25T10:00:00.000Z');
const REDACTING = aSnapshot(`{ version: v1, rules: [{ id: r, decision: allow, match: { topics: [job.>] } }],
  input: { rules: [{ id: i, action: redact }] } }`);
const given = {
  params: { to: 'ann@northwind.io', n: 1 },
  labels: { owner: 'bob@northwind.io' },
  action: 'send',
};
const decide = (admitted: ReturnType<typeof anAdmittedJob>) => decideJob(admitted, REDACTING, CLOCK);

describe('a job in the place of another (O6)', () => {
  it('is the same but for its id and what was taken out, under a hash of its own', () => {
    const original = anAdmittedJob(given);
    const replacement = replacementOf(original, AT);
    expect(sha256Digest(replacement?.text ?? '')).toBe(replacement?.hash);
    expect(JSON.parse(replacement?.text ?? '')).toEqual({
      ...JSON.parse(original.text),
      job_id: replacement?.jobId,
      params: { to: '[REDACTED:pii.EMAIL_ADDRESS]', n: 1 },
      labels: { owner: '[REDACTED:pii.EMAIL_ADDRESS]' },
    });
  });

  it('is the same each time that the original is handled', () => {
    expect(replacementOf(anAdmittedJob(given), AT)).toEqual(replacementOf(anAdmittedJob(given), AT));
  });

  it('is none where nothing is taken out', () => {
    expect(replacementOf(anAdmittedJob(), AT)).toBeUndefined();
  });

  it('comes with a denial that names it', () => {
    const { decision, replacement, effect } = decide(anAdmittedJob(given));
    expect([effect, decision.reason_code]).toEqual(['deny', 'input_redacted']);
    expect(decision.input?.replaced_by).toEqual({ job_id: replacement?.jobId, job_hash: replacement?.hash });
    const checked = validate(Decision, { ...decision, seal: `hmac-sha256:${'A'.repeat(43)}` });
    expect(checked.ok ? [] : checked.problem).toEqual([]);
  });

  it('is denied when it still holds something, so that there is no third one', () => {
    const replaces = { job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S2', job_hash: `sha256:${'a'.repeat(64)}` };
    const { decision, replacement } = decide({ ...anAdmittedJob(given), replaces });
    expect(decision).toMatchObject({ type: 'DENY', reason_code: 'input_finding', input: { replaces } });
    expect(replacement).toBeUndefined();
  });

  it('tells its link also where nothing has to be scanned, and is then asked about as never scanned', () => {
    const replaces = { job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S2', job_hash: `sha256:${'a'.repeat(64)}` };
    const plain = aSnapshot(
      '{ version: v1, rules: [{ id: r, decision: allow, match: { topics: [job.>] } }] }',
    );
    const { decision } = decideJob({ ...anAdmittedJob(given), replaces }, plain, CLOCK);
    expect(decision).toMatchObject({ type: 'ALLOW', input: { replaces, rule_set: '' } });
    expect(questionBehind(decision)).toMatchObject({ redacted: true });
    expect(questionBehind(decision)).not.toHaveProperty('input');
  });

  it('of a recorded decision nothing is scanned again', () => {
    const { decision } = decide(anAdmittedJob(given));
    const { input } = questionBehind(decision);
    expect(input).toMatchObject({ complete: true, found: 2, findings: decision.input?.findings });
  });
});
