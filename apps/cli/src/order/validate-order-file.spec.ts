import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'policy.json': JSON.stringify({
      policy_id: 'nightly',
      allowed_shell_prefixes: ['npm run '],
      max_retries_hard_cap: 3,
      required_state_paths: ['state/run.json'],
    }),
    'good.json': JSON.stringify({
      work_order_id: 'WO-1',
      steps: [{ id: 'build', start_shell: 'npm run build' }],
    }),
    'bad.json': JSON.stringify({
      work_order_id: 'WO-2',
      steps: [{ id: 'build', start_shell: 'npm run build; rm x', max_retries: 9 }, { start_shell: 'ls' }],
    }),
    'state/run.json': '{}',
  }),
);
afterAll(() => folder.remove());
const validate = (...args: string[]) =>
  folder.run(['policy', 'validate-order', '--policy', 'policy.json', ...args]);

describe('policy validate-order (P5)', () => {
  it('says exactly that an order is good', async () => {
    const good = { code: 0, out: '{"ok": true, "policy_id": "nightly", "work_order_id": "WO-1"}\n', err: '' };
    expect(await validate('good.json')).toEqual(good);
  });

  it('says exactly everything that is wrong, and exits 2', async () => {
    expect(await validate('bad.json', '--state-root', 'elsewhere')).toEqual({
      code: 2,
      out:
        '{"ok": false, "errors": ["order: the state path \\"state/run.json\\" is required", ' +
        '"step build: start_shell is not one simple command with an allowed prefix", ' +
        '"step build: max_retries 9 is not from 0 to 3", ' +
        '"step ?: start_shell is not one simple command with an allowed prefix"]}\n',
      err: '',
    });
  });

  it('answers in the same form when the order or the policy can not be understood', async () => {
    folder.write({ 'twice.json': '{"id":"a","id":"b"}', 'odd.json': '{"policy_id":"p","max_retrys":1}' });
    const twice = await validate('twice.json');
    expect(twice.code).toBe(2);
    expect(JSON.parse(twice.out)).toMatchObject({ ok: false, errors: [expect.stringMatching(/^order: /)] });
    const odd = await folder.run(['policy', 'validate-order', '--policy', 'odd.json', 'good.json']);
    expect(odd.code).toBe(2);
    expect(JSON.parse(odd.out)).toMatchObject({
      ok: false,
      errors: [expect.stringMatching(/^policy: odd.json:1:31: .*max_retrys/)],
    });
  });

  it('reads an order from standard input', async () => {
    const input = '{"work_order_id": "WO-3", "steps": [{"id": "a", "start_shell": "npm run a"}]}';
    const { out } = await folder.run(['policy', 'validate-order', '--policy', 'policy.json', '-'], { input });
    expect(out).toBe('{"ok": true, "policy_id": "nightly", "work_order_id": "WO-3"}\n');
  });

  it('exits 1 without the file', async () => {
    expect(await validate('gone.json')).toEqual({
      code: 1,
      out: '',
      err: "countersign: gone.json: it can't be read (ENOENT)\n",
    });
  });
});
