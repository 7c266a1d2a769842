import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestFolder } from '../testing/run-cli.js';
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_DEPTH, MAX_BUNDLE_FILES } from './bundle-reading.js';
import { readBundle } from './read-bundle.js';

let folder: TestFolder;
const at = (name: string) => join(folder.path, name);
const link = (target: string, name: string) => symlinkSync(target, at(name));
const names = async (path: string) => {
  const reading = await readBundle(at(path));
  return reading.ok ? reading.sources.map(({ file }) => file) : reading.problem.code;
};
beforeEach(() => {
  folder = new TestFolder();
});
afterEach(() => folder.remove());

describe('a bundle', () => {
  it('is every policy file beneath a folder, in order of names, without hidden ones', async () => {
    folder.write({
      'b/z.yaml': '',
      'b/a.json': '',
      'b/sub/m.yml': '',
      'b/Sub/UPPER.YAML': '',
      'b/readme.md': '',
      'b/.hidden.yaml': '',
      'b/.git/x.yaml': '',
    });
    expect(await names('b')).toEqual(['Sub/UPPER.YAML', 'a.json', 'sub/m.yml', 'z.yaml']);
  });

  it('is a single file, whatever it is called', async () => {
    folder.write({ 'policy.txt': 'version: v1' });
    expect(await readBundle(at('policy.txt'))).toEqual({
      ok: true,
      isFolder: false,
      sources: [{ file: 'policy.txt', text: 'version: v1' }],
    });
  });

  it('takes links to its own files, as mounted settings have them, and a link to the whole', async () => {
    folder.write({ 'b/..data/policy.yaml': 'version: v1' });
    link('..data/policy.yaml', 'b/policy.yaml');
    link('b', 'current');
    expect(await names('current')).toEqual(['policy.yaml']);
  });

  it.each([
    ['a link to a file outside', '../secret.yaml', 'b/policy.yaml', 'outside_bundle'],
    ['a link to a folder outside', '../other', 'b/more', 'outside_bundle'],
    ['a link to a folder inside, which would be read twice', 'sub', 'b/again', 'not_a_file'],
    ['a link to itself', '.', 'b/loop', 'outside_bundle'],
    ['a link to nothing', 'gone.yaml', 'b/policy.yaml', 'unreadable'],
    ['a link beside, whose name begins alike', '../b-other/x.yaml', 'b/x.yaml', 'outside_bundle'],
  ])('refuses %s', async (_what, target, name, code) => {
    folder.write({ 'b/sub/a.yaml': '', 'secret.yaml': '', 'other/x.yaml': '', 'b-other/x.yaml': '' });
    link(target, name);
    expect(await names('b')).toBe(code);
  });

  it('refuses what has the name of a policy file and is none, without waiting for it', async () => {
    folder.write({ 'b/a.yaml': '' });
    mkdirSync(at('b/x.yaml'));
    expect(await names('b')).toBe('not_a_file');
    execFileSync('mkfifo', [at('pipe.yaml')]);
    expect(await names('pipe.yaml')).toBe('not_a_file');
  });

  it('refuses what is empty, missing, no text, or too large', async () => {
    mkdirSync(at('empty'));
    folder.write({
      'latin.yaml': new Uint8Array([0x61, 0xe4]),
      'large.yaml': new Uint8Array(MAX_BUNDLE_BYTES + 1),
    });
    expect(await names('empty')).toBe('empty_bundle');
    expect(await names('missing')).toBe('unreadable');
    expect(await names('latin.yaml')).toBe('not_text');
    expect(await names('large.yaml')).toBe('too_large');
  });

  it('counts the text of all files together', async () => {
    const half = ' '.repeat(MAX_BUNDLE_BYTES / 2);
    folder.write({ 'b/1.yaml': half, 'b/2.yaml': half });
    expect(await names('b')).toHaveLength(2);
    folder.write({ 'b/3.yaml': ' ' });
    expect(await names('b')).toBe('too_large');
  });

  it('has at most so many files, and folders so deep', async () => {
    folder.write({ [`deep${'/d'.repeat(MAX_BUNDLE_DEPTH)}/a.yaml`]: '' });
    expect(await names('deep')).toHaveLength(1);
    folder.write({ [`deep${'/d'.repeat(MAX_BUNDLE_DEPTH + 1)}/a.yaml`]: '' });
    expect(await names('deep')).toBe('too_large');
    for (let file = 0; file < MAX_BUNDLE_FILES; file++) folder.write({ [`many/${file}.yaml`]: '' });
    expect(await names('many')).toHaveLength(MAX_BUNDLE_FILES);
    folder.write({ 'many/more.yaml': '' });
    expect(await names('many')).toBe('too_large');
  });
});
