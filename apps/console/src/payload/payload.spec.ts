import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';
import { changesBetween } from './changes-between.js';
import { editableJson, readEdited } from './editable-json.js';

describe('the canonical text', () => {
  it('has the known digest of the contract’s example', () => {
    const job = {
      v: 1,
      topic: 'job.mcp-bridge.write.update_ticket',
      tenant_id: 'default',
      risk_tags: ['prod'],
      params: {},
      labels: { 'mcp.action': 'write' },
      job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
      capabilities: [],
      agent_id: 'local-producer',
    };
    expect(createHash('sha256').update(canonicalJson(job)).digest('hex')).toBe(
      '6be601600548fcb04034038497172cf09c0e781774e0f5087836e98bc424c4b4',
    );
  });

  it('says the same as the value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        expect(JSON.parse(canonicalJson(json))).toEqual(json);
      }),
    );
  });
});

describe('an edit', () => {
  it('is told by the places that differ', () => {
    expect(changesBetween({ a: 1, b: [1, 2], 'c/d': 'x' }, { b: [1, 3, 4], 'c/d': 'x', e: null })).toEqual([
      { place: '/a', before: 1, after: undefined },
      { place: '/b/1', before: 2, after: 3 },
      { place: '/b/2', before: undefined, after: 4 },
      { place: '/e', before: undefined, after: null },
    ]);
  });

  it('of nothing is told as nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(changesBetween(JSON.parse(text), JSON.parse(text))).toEqual([]);
      }),
    );
  });

  it('H18: shows hidden characters as escapes, and means the same', () => {
    const value = { note: 'a\u202Eb\u200B\u{E0061}', 'na\u2066me': 1 };
    const text = editableJson(value);
    expect(text).toContain('a\\u202eb\\u200b\\udb40\\udc61');
    expect(readEdited(text)).toEqual({ value });
  });

  it('that is no JSON is told so', () => {
    expect(readEdited('{')).toEqual({ problem: expect.stringMatching(/JSON/) as string });
  });
});
