import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const SUPPORT = `agent_id: agent-support
domain: support
allowed_actions: [answer, issue_refund]
forbidden_actions: [wipe]
escalation_rules:
  - { condition: refund_amount > 500, action: human_approval_required }
audit_frequency: weekly
`;
const MAP = ['--map', 'refund_amount=params.amount'];
let folder: TestFolder;
beforeEach(() => {
  folder = new TestFolder();
  folder.write({
    'support.yaml': SUPPORT,
    'permissions.yaml': 'agent_id: a\npermissions: [{ resource: "github.com/acme/*", actions: [read] }]\n',
  });
});
afterEach(() => folder.remove());
const importing = (...args: string[]) => folder.run(['policy', 'import', ...args, '--out', 'native']);
const text = (name: string) => readFileSync(join(folder.path, name), 'utf8');

describe('policy import (P15)', () => {
  it('writes native files that pass their own tests, and reports what became of every part', async () => {
    const { code, out, err } = await importing('support.yaml', ...MAP);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^became rules that decide the same \(\d+\)\n {2}support.yaml:1 agent_id: /);
    expect(out).toMatch(/taken with an answer, or with the strict default \(\d+\)\n/);
    expect(out).toMatch(/not expressed; set it up elsewhere \(\d+\)\n {2}support.yaml:7 audit_frequency: /);
    expect(out).toMatch(/wrote native\/.*\.yaml\nits \d+ tests pass\n$/);
    const tested = await folder.run(['policy', 'test', 'native']);
    expect(tested).toMatchObject({
      code: 0,
      out: expect.stringContaining('native: all tests pass') as string,
    });
  });

  it('asks what it needs to know, exits 2 and writes nothing', async () => {
    const { code, out } = await importing('support.yaml');
    expect(code).toBe(2);
    expect(out).toMatch(/^support.yaml:6:\d+: error needs_answer: .*refund_amount/m);
    expect(out).toMatch(/1 question to answer first; nothing was written\n$/);
    expect(existsSync(join(folder.path, 'native'))).toBe(false);
  });

  it('takes answers from a file, and the command line over them', async () => {
    folder.write({
      'answers.yaml':
        'names: { refund_amount: { path: params.sum, carriedBy: [issue_refund] } }\npolicyId: from-file\n',
    });
    expect((await importing('support.yaml', '--answers', 'answers.yaml')).code).toBe(0);
    const [file] = readdirSync(join(folder.path, 'native'));
    expect(text(`native/${file}`)).toContain('params.sum');
    expect(text(`native/${file}`)).toContain('policy_id: from-file');
    await importing(
      'support.yaml',
      '--answers',
      'answers.yaml',
      '--force',
      '--policy-id',
      'from-flag',
      ...MAP,
    );
    expect(text(`native/${file}`)).toContain('params.amount');
    expect(text(`native/${file}`)).toContain('policy_id: from-flag');
  });

  it('replaces no file without --force', async () => {
    await importing('support.yaml', ...MAP);
    const [file = ''] = readdirSync(join(folder.path, 'native'));
    folder.write({ [`native/${file}`]: 'mine' });
    const { code, err } = await importing('support.yaml', ...MAP);
    expect(code).toBe(1);
    expect(err).toContain('exists; nothing was written (--force replaces it)');
    expect(text(`native/${file}`)).toBe('mine');
    expect((await importing('support.yaml', ...MAP, '--force')).code).toBe(0);
    expect(text(`native/${file}`)).not.toBe('mine');
  });

  it.each([
    ['D', 'support.yaml', 0],
    ['agent_policy', 'support.yaml', 0],
    ['e', 'permissions.yaml', 0],
    ['A', 'support.yaml', 2],
  ])('reads as the format %s what it is told to', async (format, file, expected) => {
    const map = file === 'support.yaml' && expected === 0 ? MAP : [];
    const { code } = await importing(file, '--format', format, ...map);
    expect(code).toBe(expected);
  });

  it.each([
    [['--format', 'X'], '--format: no format is called X; there are A, C, D, E, work_order'],
    [['--map', 'refund_amount'], '--map: not of the form NAME=VALUE: refund_amount'],
    [['--unlisted', 'allow'], "'allow' is invalid. Allowed choices are deny, require_approval."],
    [['--answers', 'wrong.yaml'], 'wrong.yaml: /topic '],
    [['--answers', 'twice.yaml'], 'twice.yaml: Map keys must be unique'],
  ])('says what is wrong with %j', async (args, message) => {
    folder.write({ 'wrong.yaml': 'topic: [job.a]\n', 'twice.yaml': 'timezone: UTC\ntimezone: UTC\n' });
    const { code, err } = await importing('support.yaml', ...args);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).not.toContain('    at ');
  });

  it('tells programs the same', async () => {
    const asked = JSON.parse((await importing('support.yaml', '--json')).out) as object;
    expect(asked).toMatchObject({
      ok: false,
      problems: [{ file: 'support.yaml', line: 6, code: 'needs_answer' }],
    });
    const { out } = await importing('support.yaml', '--json', ...MAP);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      files: [expect.stringMatching(/^native\//)],
      report: { not_expressed: [{ source: 'audit_frequency', line: 7 }] },
    });
  });
});
