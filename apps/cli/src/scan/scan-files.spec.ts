import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

/** Characters that no rule knows, the same in every run. */
const drawn = (seed: string, length: number): string =>
  createHash('sha512').update(seed).digest('base64').replace(/[+/=]/g, '').slice(0, length);
const token = ['ghp', drawn('token', 36)].join('_');
const folder = new TestFolder();
const keyFile = 'fingerprint.key';

interface JsonReport {
  readonly counts: Record<string, number>;
  readonly fingerprintKey: string;
  readonly inputs: readonly {
    readonly encoding: string;
    readonly binary: boolean;
    readonly findings: readonly {
      readonly rule: string;
      readonly fingerprint: string;
      readonly offset: number;
      readonly start: { readonly line: number; readonly column: number };
    }[];
  }[];
  readonly unread: readonly { readonly name: string; readonly problem: string }[];
}
const reportOf = (out: string): JsonReport => JSON.parse(out) as JsonReport;

beforeAll(() =>
  folder.write({
    'clean.txt': 'nothing to see\n',
    'token.txt': `first line\r\nsecond ${token}\r\n`,
    'mail.txt': 'from ana.kovac@northwind-traders.com\n',
    'id.txt': 'PESEL 44051401359\n',
    'folder/a.txt': 'x',
    [keyFile]: Buffer.alloc(32, 7),
    'short.key': 'short',
  }),
);
afterAll(() => folder.remove());

describe('scan (O1)', () => {
  it('says that a clean input is clean', async () => {
    expect(await folder.run(['scan', 'clean.txt'])).toEqual({
      code: 0,
      out: '0 findings in 1 input\n',
      err: '',
    });
  });

  it('tells rule, severity, line, column and length, and exits 1; the value stands nowhere (attack 35)', async () => {
    const { code, out, err } = await folder.run(['scan', 'clean.txt', 'token.txt']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(
      'token.txt:2:8: critical secret.github-pat: 40 characters\n1 finding (1 critical) in 2 inputs\n',
    );
  });

  it.each([['--json'], ['--sarif'], []])(
    'holds no value and nothing around one with %s',
    async (...flags) => {
      const { out, err } = await folder.run(['scan', 'token.txt', 'mail.txt', ...flags]);
      for (const part of [token, token.slice(0, 12), token.slice(-12), 'ana.kovac', 'second'])
        expect(out + err).not.toContain(part);
    },
  );

  it('reads standard input, where a secret may be cut between chunks', async () => {
    const text = Buffer.from(`${'x y '.repeat(40_000)}${token} end`);
    const chunks = Array.from({ length: Math.ceil(text.length / 7919) }, (_, piece) =>
      text.subarray(piece * 7919, (piece + 1) * 7919),
    );
    const { code, out } = await folder.run(['scan', '-', '--json'], { stdin: Readable.from(chunks) });
    expect(code).toBe(1);
    expect(reportOf(out).inputs[0]?.findings).toMatchObject([{ rule: 'secret.github-pat', offset: 160_000 }]);
  });

  it('writes the redacted text to standard output and the findings to standard error', async () => {
    const { code, out, err } = await folder.run(['scan', 'token.txt', '--redact']);
    expect(code).toBe(1);
    expect(out).toBe('first line\r\nsecond [REDACTED:secret.github-pat]\r\n');
    expect(err).toContain('token.txt:2:8: critical secret.github-pat');
  });

  it('finds nothing in what it has redacted', async () => {
    const { out } = await folder.run(['scan', '-', '--redact'], { input: `key ${token} and ${token}` });
    expect((await folder.run(['scan', '-'], { input: out })).code).toBe(0);
  });

  it('fails from the severity on that it is told', async () => {
    expect((await folder.run(['scan', 'mail.txt', '--fail-on', 'high'])).code).toBe(0);
    expect((await folder.run(['scan', 'mail.txt', '--fail-on', 'medium'])).code).toBe(1);
    expect((await folder.run(['scan', 'token.txt', '--fail-on', 'critical'])).code).toBe(1);
  });

  it('looks for national ids of the regions that it is told', async () => {
    expect((await folder.run(['scan', 'id.txt'])).code).toBe(1);
    expect((await folder.run(['scan', 'id.txt', '--regions', 'pl,de'])).code).toBe(1);
    expect((await folder.run(['scan', 'id.txt', '--regions', 'fr'])).code).toBe(0);
  });

  it.each([
    [['scan'], "missing required argument 'file'"],
    [['scan', 'token.txt', '--jsno'], "unknown option '--jsno'"],
    [['scan', 'token.txt', '--fail-on', 'grave'], "argument 'grave' is invalid"],
    [['scan', 'token.txt', '--regions', 'xx'], "no rules for 'xx'; there are "],
    [['scan', 'token.txt', '--json', '--sarif'], "option '--sarif' cannot be used with option '--json'"],
    [['scan', 'token.txt', '--json', '--redact'], "option '--redact' cannot be used with option '--json'"],
    [['scan', 'token.txt', 'mail.txt', '--redact'], '--redact takes one input'],
    [['scan', '-', '-'], 'standard input can be read once'],
    [['scan', 'nowhere.txt'], "nowhere.txt: it can't be read (ENOENT)"],
    [['scan', 'folder'], 'folder: it is a folder; name the files in it'],
  ])('answers %j with 2 and says why', async (args, message) => {
    const { code, err } = await folder.run(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('scans what can be read when another input can not, and exits 2', async () => {
    const { code, out } = await folder.run(['scan', 'nowhere.txt', 'token.txt', '--json']);
    expect(code).toBe(2);
    expect(reportOf(out)).toMatchObject({
      counts: { critical: 1 },
      unread: [{ name: 'nowhere.txt', problem: "it can't be read (ENOENT)" }],
    });
  });

  it('reads UTF-16 with a mark; the mark takes no column', async () => {
    const bytes = Buffer.from(`\ufeff${token}\nagain ${token}`, 'utf16le');
    const { out, err } = await folder.run(['scan', '-', '--json'], { input: bytes });
    const [input] = reportOf(out).inputs;
    expect(input).toMatchObject({ encoding: 'utf-16le', binary: false });
    expect(input?.findings.map(({ start }) => start)).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 7 },
    ]);
    expect(err).not.toContain('binary');
  });

  it('says that an input is binary, and finds what can be read in it', async () => {
    const bytes = Buffer.concat([Buffer.from([0, 1, 2, 0xff, 0xfe, 0]), Buffer.from(` ${token} `)]);
    const { code, out, err } = await folder.run(['scan', '-', '--json'], { input: bytes });
    expect(code).toBe(1);
    expect(err).toContain('-: it is binary; what can be read in it as text was scanned');
    expect(reportOf(out).inputs[0]).toMatchObject({
      binary: true,
      findings: [{ rule: 'secret.github-pat' }],
    });
  });

  it('gives the same fingerprints under a key from a file, and says when the key is drawn for the run', async () => {
    const env = { COUNTERSIGN_FINGERPRINT_KEY: keyFile };
    const fingerprint = async (given: object): Promise<string | undefined> =>
      reportOf((await folder.run(['scan', 'token.txt', '--json'], given)).out).inputs[0]?.findings[0]
        ?.fingerprint;
    expect(await fingerprint({ env })).toBe(await fingerprint({ env }));
    expect(await fingerprint({})).not.toBe(await fingerprint({}));
    const drawnKey = await folder.run(['scan', 'token.txt', '--json']);
    expect(reportOf(drawnKey.out).fingerprintKey).toBe('run');
    expect(drawnKey.err).toContain('fingerprints hold for this run only');
    expect((await folder.run(['scan', 'token.txt', '--json'], { env })).err).toBe('');
  });

  it('refuses a fingerprint key that could be guessed', async () => {
    const { code, err } = await folder.run(['scan', 'clean.txt'], {
      env: { COUNTERSIGN_FINGERPRINT_KEY: 'short.key' },
    });
    expect(code).toBe(2);
    expect(err).toContain('short.key: a fingerprint key (COUNTERSIGN_FINGERPRINT_KEY) has at least 32 bytes');
  });
});
