import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PROBLEMS } from './problem-codes.js';

it('the documentation has every code with its status and its title', async () => {
  const text = await readFile(new URL('../../../../docs/http.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| (\d{3}) +\| `(\w+)` +\| (.+?) +\|/gm)];
  expect(rows.map(([, status, code, title]) => [code, { status: Number(status), title }])).toEqual(
    Object.entries(PROBLEMS),
  );
});
