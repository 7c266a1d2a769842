import { expect, it } from 'vitest';
import {
  canonicalJson,
  derivedUlid,
  newTraceparent,
  newUlid,
  sha256Digest,
  traceIdOf,
  ULID_PATTERN,
} from './index.js';

it('gives the known canonical bytes and hash of the contract', () => {
  const text = canonicalJson({
    v: 1,
    topic: 'job.mcp-bridge.write.update_ticket',
    tenant_id: 'default',
    risk_tags: ['prod'],
    params: {},
    labels: { 'mcp.action': 'write' },
    job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
    capabilities: [],
    agent_id: 'local-producer',
  });
  expect(Buffer.byteLength(text)).toBe(223);
  expect(sha256Digest(text)).toBe('sha256:6be601600548fcb04034038497172cf09c0e781774e0f5087836e98bc424c4b4');
});

it('derives the same id from the same cause and another from another', () => {
  expect(derivedUlid(1_700_000_000_000, 'JOBS:1')).toBe(derivedUlid(1_700_000_000_000, 'JOBS:1'));
  expect(derivedUlid(1_700_000_000_000, 'JOBS:1')).not.toBe(derivedUlid(1_700_000_000_000, 'JOBS:2'));
  for (const id of [newUlid(), derivedUlid(Date.now(), 'x')]) expect(id).toMatch(new RegExp(ULID_PATTERN));
});

it('reads the trace id of a traceparent and refuses a malformed or all-zero one', () => {
  expect(traceIdOf(newTraceparent())).toMatch(/^[0-9a-f]{32}$/);
  for (const bad of [
    undefined,
    '',
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'a'.repeat(31)}-${'1'.repeat(16)}-01`,
  ])
    expect(traceIdOf(bad)).toBeUndefined();
});
