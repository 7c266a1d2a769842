import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from './testing/run-cli.js';

const KEY = `cs_${'a'.repeat(14)}_${'B'.repeat(49)}`;
const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'policy.yaml': 'version: v1\nrules: [{ id: all, match: { topics: [job.a] }, decision: allow }]',
  }),
);
afterAll(() => folder.remove());

describe('the program', () => {
  it('helps on standard output', async () => {
    const { code, out, err } = await folder.run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Usage: countersign');
    expect((await folder.run(['policy', 'lint', '--help'])).out).toContain('<bundle...>');
  });

  it('tells its version', async () => {
    expect(await folder.run(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });

  it.each([
    [['polcy'], "error: unknown command 'polcy'\n(Did you mean policy?)"],
    [['policy', 'lnt', 'x'], "error: unknown command 'lnt'\n(Did you mean lint?)"],
    [['policy', 'lint', '--jsno', 'x'], "error: unknown option '--jsno'\n(Did you mean --json?)"],
    [['policy', 'lint'], "error: missing required argument 'bundle'"],
    [['policy', 'import', 'x'], "error: required option '--out <folder>' not specified"],
  ])('answers %j with what was meant and exits 1', async (args, message) => {
    const { code, out, err } = await folder.run(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
  });

  it('tells a missing file in a line, without a stack trace', async () => {
    expect(await folder.run(['policy', 'lint', 'nowhere.yaml'])).toEqual({
      code: 1,
      out: '',
      err: "countersign: nowhere.yaml: it can't be read (ENOENT)\n",
    });
  });

  it.each([
    ['an API key', ['policy', 'push', 'policy.yaml', '--url', 'http://127.0.0.1', '--note', KEY]],
    ['an API key in an option', ['policy', 'push', 'policy.yaml', `--key-file=${KEY}`]],
    ['an option for keys', ['policy', 'push', 'policy.yaml', '--api-key', 'anything']],
    ['an option for tokens', ['policy', 'push', 'policy.yaml', '--token=anything']],
    ['a signed token', ['policy', 'push', 'policy.yaml', 'eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2lnbmF0dXJl']],
    ['a seed of the broker', ['policy', 'lint', `SU${'A'.repeat(56)}`]],
    [
      'a password in an address',
      ['policy', 'push', 'policy.yaml', '--url', 'https://ann:secret@example.com'],
    ],
  ])('refuses %s among its arguments, and does not repeat it', async (_what, args) => {
    const { code, out, err } = await folder.run(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('--key-file');
    expect(err).not.toContain(args.at(-1));
  });

  it('shows where it failed when the fault is its own', async () => {
    const { code, err } = await folder.run(['policy', 'lint', 'policy.yaml'], {
      stdout: {
        write: () => {
          throw new Error('the disk is full');
        },
      },
    });
    expect(code).toBe(1);
    expect(err).toContain('Error: the disk is full\n    at ');
  });
});
