import { describe, expect, it } from 'vitest';
import type { Result, Verdict } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';
import type { QuarantinedOutput } from '../quarantine/quarantine.store.js';
import { seal } from '../quarantine/seal.js';
import { concludeReview } from './conclude-review.js';

const key = Buffer.alloc(32, 7);
const result: Result = {
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  attempt: 1,
  run_id: 'run_20261120T140003Z_9f2c41aa',
  lease: { id: 'lease', epoch: 7 },
  status: 'succeeded',
  output: { 'held name': 'value' },
  error: null,
  constraints_digest: `sha256:${'c'.repeat(64)}`,
  usage: { tokens_in: 0, tokens_out: 0, usd_micros: 0 },
  started_at: '2026-01-01T00:00:00Z',
  finished_at: '2026-01-01T00:00:01Z',
  effects: [],
};
const body = JSON.stringify(result);
const scanned = sha256Digest(body);
const ids = { job_id: result.job_id, attempt: 1, lease_id: 'lease', epoch: 7, scanned };
const quarantined: Verdict = {
  ...ids,
  pool: 'mcp',
  run_id: result.run_id,
  constraints_digest: result.constraints_digest,
  status: 'succeeded',
  kind: 'quarantined',
  released: null,
  output: null,
  error: null,
  findings: [],
  effects: false,
};
const entry = (over: Partial<QuarantinedOutput> = {}): QuarantinedOutput => ({
  ...ids,
  sealed: seal(body, key, ids),
  verdict: JSON.stringify(quarantined),
  ...over,
});

describe('concludeReview', () => {
  it('releases the output as the worker gave it after a grant', () => {
    const output = '{"held name":"value"}';
    expect(concludeReview({ outcome: 'granted', scanned }, entry(), key)).toEqual({
      verdict: { ...quarantined, kind: 'released', output, released: sha256Digest(output) },
    });
  });

  it.each(['rejected', 'expired', 'withdrawn'] as const)('withholds the output when %s', (outcome) => {
    expect(concludeReview({ outcome, scanned }, entry(), key)).toEqual({
      verdict: { ...quarantined, kind: 'withheld' },
    });
  });

  it.each([
    ['another key sealed it', { sealed: seal(body, Buffer.alloc(32, 8), ids) }, 'unsealable'],
    ['it was sealed for another lease', { lease_id: 'other' }, 'unsealable'],
    ['it opens to another body', { sealed: seal('{}', key, ids) }, 'digest_mismatch'],
  ])('withholds a granted output when %s', (_, over, failure) => {
    expect(concludeReview({ outcome: 'granted', scanned }, entry(over), key)).toEqual({
      verdict: { ...quarantined, kind: 'withheld' },
      failure,
    });
  });

  it('withholds what would be larger than may be released, since numbers grow when they are written anew', () => {
    const numbers = `[${'1e15,'.repeat(60_000)}1]`;
    const large = body.replace('{"held name":"value"}', numbers);
    const about = { ...ids, scanned: sha256Digest(large) };
    const held = entry({ scanned: about.scanned, sealed: seal(large, key, about) });
    expect(concludeReview({ outcome: 'granted', scanned: about.scanned }, held, key)).toMatchObject({
      verdict: { kind: 'withheld', output: null },
      failure: 'output_too_large',
    });
  });

  it('withholds when the grant does not say which result it is about', () => {
    expect(concludeReview({ outcome: 'granted' }, entry(), key)).toMatchObject({
      verdict: { kind: 'withheld' },
      failure: 'digest_mismatch',
    });
  });
});
