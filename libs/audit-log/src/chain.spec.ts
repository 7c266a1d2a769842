import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalText,
  chainEntry,
  ChainProblem,
  entryHash,
  exportRow,
  GENESIS,
  readExport,
  verifyChain,
  type AuditEntry,
  type ChainHead,
  type ChainRow,
} from './index.js';

const entryOf = (seq: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
  seq,
  event_id: `01JD4XQ8Z6T0V9K3M2N5P7R8S1:decision:${seq}:6be601600548fcb0`,
  stream: 'DECISIONS',
  subject: 'decision.allow.mcp.read',
  type: 'decision.v1',
  source: '/countersign/policy-evaluator',
  tenant_id: 'default',
  job_id: '01JD4XQ8Z6T0V9K3M2N5P7R8S1',
  trace_id: null,
  causation_id: null,
  stored_at: '2026-11-20T14:00:03.000Z',
  recorded_at: '2026-11-20T14:00:03.100Z',
  body_sha256: `sha256:${'a'.repeat(64)}`,
  summary: { type: 'ALLOW', note: 'ünïcode "quoted" \n' },
  ...over,
});

function logOf(entries: readonly AuditEntry[], from: ChainHead = GENESIS): ChainRow[] {
  let prev = from.hash;
  return entries.map((entry) => {
    const chained = chainEntry(prev, entry);
    prev = chained.hash;
    return { seq: entry.seq, ...chained };
  });
}
const log = (length: number) => logOf(Array.from({ length }, (_, i) => entryOf(i + 1)));
const headOf = (rows: readonly ChainRow[]): ChainHead => ({ seq: rows.at(-1)!.seq, hash: rows.at(-1)!.hash });

describe('the text of an entry', () => {
  it('is RFC 8785, as an independent implementation writes it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        fc.pre(JSON.stringify(value).isWellFormed());
        const plain: unknown = JSON.parse(JSON.stringify(value));
        let expected: string | undefined;
        try {
          expected = canonicalize(plain);
        } catch {
          expect(() => canonicalText(plain)).toThrow(TypeError);
          return;
        }
        expect(canonicalText(plain)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the canonical text of the entry and its predecessor, whatever its members hold', () => {
    const text = fc.string({ unit: 'grapheme' });
    const nullable = fc.option(text);
    const anyEntry = fc.record<AuditEntry>({
      ...{ seq: fc.nat(), event_id: text, stream: text, subject: text, type: nullable, source: nullable },
      ...{ tenant_id: nullable, job_id: nullable, trace_id: nullable, causation_id: nullable },
      ...{ stored_at: text, recorded_at: text, body_sha256: text },
      summary: fc
        .dictionary(text, fc.jsonValue())
        .map((summary) => JSON.parse(JSON.stringify(summary)) as AuditEntry['summary']),
    });
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const members = { ...entry, prev_hash: GENESIS.hash };
        const expected = canonicalize(members);
        fc.pre(expected !== undefined && expected.isWellFormed());
        const { text: written } = chainEntry(GENESIS.hash, entry);
        expect(written).toBe(expected);
        expect(written).toBe(canonicalText(members));
      }),
      { numRuns: 500 },
    );
  });

  it('has a place for each member of an entry', () => {
    const entry = entryOf(1);
    const written = JSON.parse(chainEntry(GENESIS.hash, entry).text) as object;
    expect(written).toEqual({ ...entry, prev_hash: GENESIS.hash });
  });

  it('is the same whether or not the members of a value come in their order', () => {
    const sorted = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(sorted);
      return Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sorted(member)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        let expected: string;
        try {
          expected = canonicalText(plain);
        } catch {
          expect(() => canonicalText(sorted(plain))).toThrow(TypeError);
          return;
        }
        expect(canonicalText(sorted(plain))).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('sorts names that look like numbers as the text that they are', () =>
    expect(canonicalText({ b: 1, 10: 2, 9: 3, a: -0 })).toBe('{"10":2,"9":3,"a":0,"b":1}'));

  it.each([
    NaN,
    Infinity,
    undefined,
    () => 1,
    1n,
    '\ud800',
    { a: ['\udc00'] },
    { '\ud800': 1 },
    [undefined],
    Array(1),
  ])('refuses what JSON can not carry', (value) => {
    for (const held of [value, [value], { a: [value] }, { b: 1, a: [value] }])
      expect(() => canonicalText(held)).toThrow(TypeError);
  });

  it('leaves out members that are undefined, and lets no value write itself', () => {
    expect(canonicalText({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonicalText({ b: 1, a: undefined })).toBe('{"b":1}');
    expect(canonicalText({ a: new Date(0) })).toBe('{"a":{}}');
    expect(() => canonicalText({ a: 1, toJSON: () => 'forged' })).toThrow(TypeError);
  });

  it('has a known hash, over a leading zero byte', () => {
    expect(entryHash('')).toBe('sha256:6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(entryHash('{}')).not.toBe(entryHash('{} '));
  });
});

describe('verifying a chain', () => {
  it('accepts an untouched log, whole or from a head on', () => {
    const rows = log(20);
    expect(verifyChain(rows)).toEqual({ ok: true, entries: 20, head: headOf(rows) });
    expect(verifyChain(rows.slice(10), headOf(rows.slice(0, 10)), headOf(rows))).toEqual({
      ok: true,
      entries: 10,
      head: headOf(rows),
    });
    expect(verifyChain([])).toEqual({ ok: true, entries: 0, head: GENESIS });
  });

  it('accepts a log that has passed the known head', () => {
    const rows = log(5);
    expect(verifyChain(rows, GENESIS, headOf(rows.slice(0, 3)))).toMatchObject({ ok: true });
  });

  it('finds any removed entry (L03)', () => {
    const rows = log(10);
    for (let i = 0; i < 9; i++)
      expect(verifyChain(rows.toSpliced(i, 1))).toEqual({ ok: false, seq: i + 1, problem: ChainProblem.Gap });
  });

  it('finds a cut-off tail of any length against a known head (L02)', () => {
    const rows = log(10);
    for (let kept = 0; kept < 10; kept++)
      expect(verifyChain(rows.slice(0, kept), GENESIS, headOf(rows))).toEqual({
        ok: false,
        seq: kept + 1,
        problem: ChainProblem.Truncated,
      });
  });

  it('finds any repeated, inserted or swapped entry', () => {
    const rows = log(6);
    for (let i = 0; i < 6; i++) {
      expect(verifyChain(rows.toSpliced(i + 1, 0, rows[i]!))).toMatchObject({
        problem: ChainProblem.OutOfOrder,
        seq: i + 2,
      });
      if (i === 5) continue;
      const swapped = rows.with(i, rows[i + 1]!).with(i + 1, rows[i]!);
      expect(verifyChain(swapped)).toMatchObject({ problem: ChainProblem.Gap, seq: i + 1 });
    }
  });

  it('finds removal, insertion and order that were covered up by new numbers', () => {
    const rows = log(6);
    const renumbered = (list: readonly ChainRow[]) => list.map((row, i) => ({ ...row, seq: i + 1 }));
    expect(verifyChain(renumbered(rows.toSpliced(2, 1)))).toMatchObject({ seq: 3, problem: 'wrong_seq' });
    expect(verifyChain(renumbered(rows.toSpliced(2, 0, rows[4]!)))).toMatchObject({
      seq: 3,
      problem: 'wrong_seq',
    });
  });

  it('finds an entry that was rewritten with a matching hash, by its successor', () => {
    const rows = log(6);
    const forged = chainEntry(rows[1]!.hash, entryOf(3, { tenant_id: 'other' }));
    expect(verifyChain(rows.with(2, { seq: 3, ...forged }))).toEqual({
      ok: false,
      seq: 4,
      problem: ChainProblem.WrongPrev,
    });
  });

  it('finds a log rewritten from some entry on, against a known head (L04)', () => {
    const rows = log(6);
    const tail = [3, 4, 5, 6].map((seq) => entryOf(seq, { tenant_id: 'other' }));
    const rewritten = [...rows.slice(0, 2), ...logOf(tail, headOf(rows.slice(0, 2)))];
    expect(verifyChain(rewritten)).toMatchObject({ ok: true });
    expect(verifyChain(rewritten, GENESIS, headOf(rows))).toMatchObject({ problem: ChainProblem.OtherHead });
    expect(verifyChain(rewritten, GENESIS, headOf(rows.slice(0, 4)))).toMatchObject({ seq: 4 });
  });

  it('finds a start at another head', () =>
    expect(verifyChain(log(3), { seq: 0, hash: `sha256:${'1'.repeat(64)}` })).toMatchObject({
      problem: ChainProblem.WrongPrev,
    }));

  it('finds a column that differs from the text', () => {
    const [row] = log(1);
    const copies = { tenant_id: 'default', trace_id: null };
    expect(verifyChain([{ ...row!, copies }])).toMatchObject({ ok: true });
    for (const wrong of [{ tenant_id: 'other' }, { trace_id: '' }, { job_id: null }])
      expect(verifyChain([{ ...row!, copies: { ...copies, ...wrong } }])).toMatchObject({
        problem: ChainProblem.WrongCopy,
      });
  });

  it.each(['[]', 'null', '{', ' {}', '{"seq":1,"seq":1}', '{"seq":1.0}'])(
    'finds a text that is not canonical, although its hash is right: %s',
    (text) =>
      expect(verifyChain([{ seq: 1, text, hash: entryHash(text) }])).toMatchObject({
        problem: ChainProblem.Malformed,
      }),
  );
});

describe('an export', () => {
  const bytesOf = (rows: readonly ChainRow[]) => new TextEncoder().encode(rows.map(exportRow).join(''));
  const isSound = (bytes: Uint8Array, known: ChainHead) => {
    try {
      return verifyChain(readExport(bytes), GENESIS, known).ok;
    } catch (error) {
      expect(error).toBeInstanceOf(SyntaxError);
      return false;
    }
  };

  it('is read back as it was', () => {
    const rows = log(5);
    expect(readExport(bytesOf(rows))).toEqual(rows);
    expect(isSound(bytesOf(rows), headOf(rows))).toBe(true);
  });

  it('fails with any one byte changed, in any bit (L10)', () => {
    const rows = log(3);
    const bytes = bytesOf(rows);
    const known = headOf(rows);
    let undetected = 0;
    for (let i = 0; i < bytes.length; i++)
      for (let bit = 0; bit < 8; bit++) {
        bytes[i]! ^= 1 << bit;
        if (isSound(bytes, known)) undetected++;
        bytes[i]! ^= 1 << bit;
      }
    expect(undetected).toBe(0);
  });

  it('fails with any one byte removed or any tail cut off', () => {
    const rows = log(2);
    const bytes = bytesOf(rows);
    for (let i = 0; i < bytes.length; i++) {
      expect(isSound(Uint8Array.from([...bytes.slice(0, i), ...bytes.slice(i + 1)]), headOf(rows))).toBe(
        false,
      );
      expect(isSound(bytes.slice(0, i), headOf(rows))).toBe(false);
    }
  });
});
