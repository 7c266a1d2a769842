import { MAX_BLOB_BYTES, VerdictKind, VerdictReason, type BlobRef } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { heldBlob, judgeBlob, missingBlob, needsCopy, type BlobResult } from './judge-blob.js';
import type { StreamScan } from './scan-stream.js';

const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
const BLOB: BlobRef = { digest: digestOf('a'), size: 600_000, media_type: 'text/plain' };
const NO_ERROR = { redacted: null, findings: [], quarantine: false };

const FREE = { reason: undefined, exceeded: [] };

const received = (over: Partial<BlobResult> = {}, output: unknown = null): BlobResult => ({
  result: {
    job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
    attempt: 1,
    run_id: 'run_20261120T120000Z_00000001',
    lease: { id: 'lease-1', epoch: 1 },
    status: 'succeeded',
    output,
    output_blob: BLOB,
    error: null,
    constraints_digest: digestOf('c'),
    usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
    started_at: '2026-01-01T00:00:00Z',
    finished_at: '2026-01-01T00:00:01Z',
    effects: [],
  },
  digest: digestOf('d'),
  pool: 'mcp',
  topic: 'job.mcp-bridge.read.file',
  isOwnTopic: true,
  ...over,
});

const clean: StreamScan = {
  findings: [],
  count: 0,
  digest: BLOB.digest,
  bytes: BLOB.size,
  redactedDigest: BLOB.digest,
  redactedBytes: BLOB.size,
  doubt: undefined,
};
const finding: StreamScan['findings'][number] = {
  rule: 'secret.example',
  kind: 'secret',
  severity: 'high',
  confidence: 'format',
  action: 'redact',
  offset: 17,
  length: 20,
  byteOffset: 17,
  byteLength: 20,
  start: { line: 1, column: 18 },
  end: { line: 1, column: 38 },
  fingerprint: 'hmac-sha256:0',
};
const redacted: StreamScan = {
  ...clean,
  ...{ findings: [finding], count: 1, redactedDigest: digestOf('b'), redactedBytes: 599_990 },
};

describe('the verdict about a blob', () => {
  it('releases the bytes that were uploaded when nothing was found', () => {
    const verdict = judgeBlob(received(), clean, NO_ERROR, FREE);
    expect(verdict).toMatchObject({
      kind: VerdictKind.Clean,
      output: null,
      output_blob: BLOB,
      released: BLOB.digest,
    });
    expect(needsCopy(verdict, BLOB)).toBe(false);
  });

  it('releases the redacted copy under its own digest and size', () => {
    const verdict = judgeBlob(received(), redacted, NO_ERROR, FREE);
    expect(verdict).toMatchObject({
      kind: VerdictKind.Redacted,
      released: digestOf('b'),
      output_blob: { digest: digestOf('b'), size: 599_990, media_type: 'text/plain' },
      findings: [{ pointer: '/output_blob', offset: 17, length: 20 }],
    });
    expect(needsCopy(verdict, BLOB)).toBe(true);
  });

  it.each<[string, BlobResult, StreamScan]>([
    ['is no text', received(), { ...clean, doubt: 'not_text' }],
    ['is longer than is scanned', received(), { ...clean, doubt: 'over_limit' }],
    ['hides something behind escapes', received(), { ...redacted, doubt: 'escaped' }],
    ['is other bytes than its digest says', received(), { ...clean, digest: digestOf('e') }],
    ['has another size than it says', received(), { ...clean, bytes: 1 }],
    ['holds more than can be listed', received(), { ...redacted, count: 1001 }],
    ['would be too large once redacted', received(), { ...redacted, redactedBytes: MAX_BLOB_BYTES + 1 }],
    ['comes with an output as well', received({}, { also: 'this' }), clean],
    ['comes from a pool that was never offered such a job', received({ isOwnTopic: false }), clean],
  ])('puts a blob before a person that %s', (_, result, scan) => {
    const verdict = judgeBlob(result, scan, NO_ERROR, FREE);
    expect(verdict).toMatchObject({ kind: VerdictKind.Quarantined, released: null, output: null });
    expect(verdict.output_blob).toBeUndefined();
  });

  it('fails a run that has uploaded nothing, and holds what could not be scanned', () => {
    expect(missingBlob(received())).toMatchObject({
      status: 'failed',
      error: { code: 'output_missing' },
      output: 'null',
    });
    expect(heldBlob(received(), VerdictReason.ScannerError)).toMatchObject({
      kind: VerdictKind.Quarantined,
      output: null,
      released: null,
    });
  });
});
