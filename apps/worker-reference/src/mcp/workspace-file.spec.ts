import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES, readWorkspaceFile } from './workspace-file.js';

let base: string;
let root: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'workspace-'));
  root = join(base, 'workspace');
  await mkdir(join(root, 'notes'), { recursive: true });
  await mkdir(join(base, 'workspace-other'));
  await writeFile(join(base, 'secret'), 'outside');
  await writeFile(join(base, 'workspace-other', 'secret'), 'outside');
  await writeFile(join(root, 'notes', '.env'), 'A=1');
  await writeFile(join(root, 'large'), 'x'.repeat(MAX_FILE_BYTES + 1));
  await symlink(join(base, 'secret'), join(root, 'link'));
  await symlink(base, join(root, 'up'));
  await symlink('notes/.env', join(root, 'inner'));
});
afterAll(() => rm(base, { recursive: true }));

describe('a file of the workspace', () => {
  it('is read, also through a link that stays inside', async () => {
    expect(await readWorkspaceFile(root, 'notes/.env')).toBe('A=1');
    expect(await readWorkspaceFile(root, 'notes/../inner')).toBe('A=1');
  });

  it.each([
    '../secret',
    'notes/../../secret',
    '/etc/passwd',
    'link',
    'up/secret',
    '../workspace-other/secret',
    '../nothing-there',
    '',
    '.',
    'notes/.env\0',
  ])('can not be reached as %j (P22)', async (path) => {
    await expect(readWorkspaceFile(root, path)).rejects.toMatchObject({ code: 'path_outside' });
  });

  it.each([
    ['nothing', 'file_not_found'],
    ['notes', 'not_a_file'],
    ['large', 'file_too_large'],
  ])('%s is refused as %s', async (path, code) => {
    await expect(readWorkspaceFile(root, path)).rejects.toMatchObject({ code });
  });
});
