import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadPolicy } from '@countersign/policy-engine';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const POLICY = `version: v1
rules: [{ id: a, match: { topics: [job.a] }, decision: allow }]
`;
const loaded = loadPolicy([{ file: 'policy.yaml', text: POLICY }]);
const HASH = loaded.ok ? loaded.snapshot.hash : '';
const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'policy.yaml': POLICY,
    'b/policy.yaml': POLICY,
    'odd/naïve.yaml': POLICY,
    'broken.yaml': 'version: v1\n',
    'failing.yaml': `${POLICY}tests:
  - { name: b, job: { topic: job.b, tenant_id: t, agent_id: a }, expect: { decision: allow } }
`,
    key: 'the-key\n',
  }),
);
afterAll(() => folder.remove());

interface Asked {
  readonly path: string | undefined;
  readonly key: string | undefined;
  readonly body: unknown;
}
let server: Server;
let url: string;
let asked: Asked[];
let answer: { status: number; body: string; headers?: Record<string, string> };

async function take(request: IncomingMessage): Promise<void> {
  const body = JSON.parse(await text(request)) as unknown;
  asked.push({ path: request.url, key: request.headers.authorization, body });
}
beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: JSON.stringify({ snapshot: HASH, created: true }) };
  server = createServer((request, response) => {
    void take(request).then(() => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));
const push = (bundle: string, ...args: string[]) =>
  folder.run(['policy', 'push', bundle, '--url', url, ...args], { fetch });

describe('policy push (P11)', () => {
  it('sends the files under their names in the bundle, with the key, and activates nothing', async () => {
    const { code, out } = await push('b', '--key-file', 'key');
    expect({ code, out }).toEqual({ code: 0, out: `${HASH} is kept; it decides once it is activated\n` });
    expect(asked).toEqual([
      {
        path: '/api/v1/policies',
        key: 'Bearer the-key',
        body: { files: [{ file: 'policy.yaml', text: POLICY }] },
      },
    ]);
  });

  it('activates what it has sent, with a note that names the commit', async () => {
    const { code, out } = await push(
      'policy.yaml',
      '--activate',
      '--note',
      'Friday',
      '--commit',
      'ab12',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ ok: true, snapshot: HASH, activated: true, files: 1 });
    expect(asked[1]).toEqual({
      path: `/api/v1/policies/${HASH}/activate`,
      key: undefined,
      body: { note: 'commit ab12: Friday' },
    });
  });

  it.each([
    ['broken.yaml', 'broken.yaml:1:1: error empty_policy'],
    ['failing.yaml', 'failing.yaml:4:5: failed: b'],
  ])('sends nothing of a bundle that is wrong: %s', async (bundle, message) => {
    const { code, out, err } = await push(bundle);
    expect(code).toBe(2);
    expect(out + err).toContain(message);
    expect(asked).toEqual([]);
  });

  it('sends no names that the platform does not take', async () => {
    expect(await push('odd')).toMatchObject({
      code: 1,
      err: expect.stringContaining('na\u00efve.yaml') as string,
    });
    expect(asked).toEqual([]);
  });

  it('says that a note needs an activation', async () => {
    expect(await push('policy.yaml', '--note', 'x')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--activate') as string,
    });
  });

  it('tells what the platform finds wrong, and exits 2', async () => {
    const problems = [
      { file: 'policy.yaml', line: 2, column: 9, code: 'bad_value', message: 'it is new here' },
    ];
    answer = {
      status: 422,
      body: JSON.stringify({ code: 'invalid_policy', detail: 'The policy is refused.', problems }),
    };
    expect(await push('policy.yaml')).toEqual({
      code: 2,
      out: 'policy.yaml:2:9: error bad_value: it is new here\n',
      err: 'countersign: the platform answered 422 invalid_policy: The policy is refused.\n',
    });
  });

  it.each([
    [
      'refuses',
      { status: 403, body: '{"code":"forbidden","detail":"No.","trace_id":"t1"}' },
      '403 forbidden: No., trace t1',
    ],
    ['answers with something else', { status: 502, body: '<html>' }, 'the platform answered 502'],
    ['answers nonsense', { status: 200, body: '{"ok":true}' }, "the platform's answer is not understood"],
    ['points elsewhere', { status: 307, body: '', headers: { location: '/elsewhere' } }, "can't be reached"],
    [
      'reads the bundle in another way',
      { status: 200, body: JSON.stringify({ snapshot: `sha256:${'1'.repeat(64)}` }) },
      'they are of different versions',
    ],
  ])('exits 1 when the platform %s, and tells no key', async (_what, given, message) => {
    answer = given;
    const { code, out, err } = await push('policy.yaml', '--key-file', 'key', '--activate');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain('the-key');
    expect(asked).toHaveLength(1);
  });

  it('exits 1 when nobody is there', async () => {
    await new Promise((resolve) => server.close(resolve));
    const { code, err } = await push('policy.yaml');
    expect(code).toBe(1);
    expect(err).toBe(`countersign: the platform at ${url} can't be reached (ECONNREFUSED)\n`);
    server.listen(0);
  });
});
