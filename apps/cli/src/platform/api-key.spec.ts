import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';

const folder = new TestFolder();
beforeAll(() =>
  folder.write({
    'policy.yaml': 'version: v1\nrules: [{ id: a, match: { topics: [job.a] }, decision: allow }]\n',
    key: 'from-file\n',
    'two-lines': 'one\ntwo\n',
    empty: '\n',
  }),
);
afterAll(() => folder.remove());

/** The `authorization` header of a push, or what is said instead of sending one. */
async function sent(url: string, args: readonly string[], env: Record<string, string> = {}) {
  let header: string | null | undefined;
  const { err } = await folder.run(['policy', 'push', 'policy.yaml', '--url', url, ...args], {
    env,
    fetch: (_url, init) => {
      header = new Headers(init?.headers).get('authorization');
      return Promise.resolve(new Response('', { status: 503 }));
    },
  });
  return header === undefined ? err : header;
}

describe('the key for a platform', () => {
  it('is that of the file, else that of the environment, else none', async () => {
    const env = { COUNTERSIGN_API_KEY: 'from-environment' };
    expect(await sent('http://127.0.0.1:1', ['--key-file', 'key'], env)).toBe('Bearer from-file');
    expect(await sent('http://127.0.0.1:1', [], env)).toBe('Bearer from-environment');
    expect(await sent('http://127.0.0.1:1', [])).toBeNull();
  });

  it.each([['two-lines'], ['empty']])(
    'is not taken from a file with anything else in it: %s',
    async (file) => {
      const err = await sent('http://127.0.0.1:1', ['--key-file', file]);
      expect(err).toBe(`countersign: ${file}: it does not hold a key and nothing else\n`);
    },
  );

  it.each([
    ['https://countersign.example', 'Bearer from-file'],
    ['http://localhost:1', 'Bearer from-file'],
    ['http://[::1]:1', 'Bearer from-file'],
    ['http://countersign.example', 'countersign: --url: a key is sent over https, or to loopback, only\n'],
    ['http://127.0.0.1.example', 'countersign: --url: a key is sent over https, or to loopback, only\n'],
    ['ftp://127.0.0.1', 'countersign: --url: not an address such as http://127.0.0.1:8081\n'],
    ['nowhere', 'countersign: --url: not an address such as http://127.0.0.1:8081\n'],
  ])('goes to %s: %s', async (url, told) => {
    expect(await sent(url, ['--key-file', 'key'])).toBe(told);
  });
});
