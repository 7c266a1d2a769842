import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, Verdict, validate, type Result } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import { MAX_FINDINGS, scanResult, type Detect } from './scan-result.js';

const key = Buffer.alloc(32, 7);
const secret = ['AKIA', 'Z7QX4M2K6RT5WB3N'].join('');
const result = (over: Partial<Result> = {}): Result => ({
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  attempt: 1,
  run_id: 'run_20261120T140003Z_9f2c41aa',
  lease: { id: '01JF4XQ8Z6T0V9K3M2N5P7R8S1', epoch: 7 },
  status: 'succeeded',
  output: { ticket: 'T-1', status: 'open' },
  error: null,
  constraints_digest: `sha256:${'c'.repeat(64)}`,
  usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
  started_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:00:01Z',
  effects: [],
  ...over,
});
const scan = (over: Partial<Result> = {}, detect?: Detect) => {
  const text = JSON.stringify(result(over));
  const received = {
    bytes: Buffer.byteLength(text),
    digest: sha256Digest(text),
    pool: 'mcp',
    isOwnTopic: true,
    result: result(over),
  };
  const verdict = detect === undefined ? scanResult(received, key) : scanResult(received, key, detect);
  expect(validate(Verdict, verdict)).toMatchObject({ ok: true });
  return verdict;
};
const finding = {
  rule: 'pii.EMAIL_ADDRESS',
  kind: 'pii',
  severity: 'medium',
  confidence: 'format',
  action: 'redact',
  offset: 0,
  length: 1,
  pointer: '/output',
  fingerprint: 'hmac-sha256:0',
} as const;

describe('scanResult', () => {
  it('lets a clean output through as it is', () => {
    const verdict = scan();
    expect(verdict).toMatchObject({ kind: 'clean', status: 'succeeded', findings: [], effects: false });
    expect(verdict.output).toBe('{"ticket":"T-1","status":"open"}');
    expect(verdict.released).toBe(sha256Digest('{"ticket":"T-1","status":"open"}'));
  });

  it('takes a secret out of the output and says where it was', () => {
    const verdict = scan({ output: { text: `AWS_KEY=${secret}` } });
    expect(verdict.kind).toBe('redacted');
    expect(verdict.findings[0]).toMatchObject({ pointer: '/output/text' });
    expect(verdict.released).toBe(sha256Digest(verdict.output ?? ''));
    expect(JSON.stringify(verdict)).not.toContain(secret);
  });

  it('takes a secret out of the message and the code of an error', () => {
    const verdict = scan({
      status: 'failed',
      output: null,
      error: { code: secret, message: `used ${secret}` },
    });
    expect(verdict).toMatchObject({ kind: 'redacted', status: 'failed', output: 'null' });
    expect(JSON.stringify(verdict)).not.toContain(secret);
  });

  it('quarantines an output with a secret as a member name, without a byte of it', () => {
    const verdict = scan({ output: { [secret]: 'T-1' } });
    expect(verdict).toMatchObject({ kind: 'quarantined', output: null, released: null });
    expect(verdict.findings).not.toHaveLength(0);
    expect(JSON.stringify(verdict)).not.toContain(secret);
  });

  it('quarantines what the detectors fail on, without the error', () => {
    const verdict = scan({ error: { code: 'x', message: secret } }, () => {
      throw new Error('detector failed');
    });
    expect(verdict).toMatchObject({
      kind: 'quarantined',
      output: null,
      released: null,
      error: null,
      findings: [],
    });
  });

  it.each([
    ['redacts', MAX_FINDINGS, 'redacted'],
    ['quarantines', MAX_FINDINGS + 1, 'quarantined'],
  ])('%s an output with %i findings', (_, count, kind) => {
    const verdict = scan({}, (value, _key, pointer) => ({
      findings: pointer === '/output' ? Array.from({ length: count }, () => finding) : [],
      redacted: value,
      quarantine: false,
    }));
    expect(verdict.kind).toBe(kind);
    expect(verdict.findings).toHaveLength(MAX_FINDINGS);
  });

  it('quarantines when the list of findings would outgrow the message', () => {
    const long = { ...finding, pointer: `/${'x'.repeat(1023)}` };
    const verdict = scan({}, (value) => ({
      findings: Array.from({ length: 900 }, () => long),
      redacted: value,
      quarantine: false,
    }));
    expect(verdict.kind).toBe('quarantined');
    expect(Buffer.byteLength(JSON.stringify(verdict))).toBeLessThan(MAX_BODY_BYTES * 1.1);
  });

  it('releases nothing of a body past the limit and calls the run failed', () => {
    const verdict = scan({ output: 'x'.repeat(MAX_BODY_BYTES) });
    expect(verdict).toMatchObject({
      kind: 'clean',
      status: 'failed',
      output: 'null',
      released: sha256Digest('null'),
      error: { code: 'output_too_large' },
    });
  });

  it('applies the limit to what would be released too: a number may grow when it is written anew', () => {
    const output = Array.from({ length: 60_000 }, () => 1e15);
    const verdict = scanResult(
      {
        bytes: 300_000,
        digest: sha256Digest('x'),
        pool: 'mcp',
        isOwnTopic: true,
        result: result({ output }),
      },
      key,
    );
    expect(verdict).toMatchObject({ status: 'failed', output: 'null', error: { code: 'output_too_large' } });
  });

  it('says whose worker returned it, of which run and under which constraints', () => {
    const { run_id, constraints_digest } = result();
    expect(scan()).toMatchObject({ pool: 'mcp', run_id, constraints_digest });
  });

  it('quarantines a result whose pool does not take the topic of its subject', () => {
    const text = JSON.stringify(result());
    const received = { bytes: text.length, digest: sha256Digest(text), pool: 'agent', result: result() };
    expect(scanResult({ ...received, isOwnTopic: false }, key)).toMatchObject({
      kind: 'quarantined',
      output: null,
      released: null,
      pool: 'agent',
    });
  });

  it('says whether the worker reported effects', () => {
    const effects = [{ kind: 'file', op: 'write', target: 'tickets/T-1.json' }];
    expect(scan({ effects }).effects).toBe(true);
  });
});
