import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanParams } from './scan-params.js';

const removes = (params: unknown) => scanParams(params).has('rm_recursive');
const deletes = (params: unknown) => scanParams(params).has('find_delete');

describe('a recursive rm is found', () => {
  it.each([
    'rm -rf /',
    'rm -fr x',
    'rm -r -f x',
    'rm -f -r x',
    'rm --recursive --force x',
    'rm --rec x',
    'rm -R x',
    'rm x -rf',
    '/bin/rm -Rf x',
    './rm -rf x',
    '/usr/bin/../bin/rm -rf x',
    'sudo rm -rf x',
    'sudo -u root -- rm -rf x',
    'env rm -rf x',
    'env A=1 rm -rf x',
    'busybox rm -rf x',
    'command rm -rf x',
    'sh -c "rm -rf x"',
    `bash -lc 'cd /tmp && rm -rf "$X"'`,
    String.raw`sh -c "sh -c \"rm -rf x\""`,
    String.raw`r\m -rf x`,
    String.raw`\rm -rf x`,
    '"rm" -rf x',
    "'rm' '-rf' x",
    `r""m -r'f' x`,
    "$'rm' -rf x",
    '  rm \t  -rf   x',
    'rm \\\n  -rf x',
    'rm \\\r\n  -rf x',
    'r\\\nm -rf x',
    'rm\n-rf x',
    'rm\n\n  -r\n  -f x',
    'ls; rm -rf x',
    'ls\nrm -rf x',
    'ls|xargs rm -rf',
    'true&&rm -rf x',
    '(rm -rf x)',
    '$(rm -rf x)',
    '`rm -rf x`',
    'rm>/dev/null -rf x',
    'rm 2>&1 -rf x',
    'rm &>/dev/null -rf x',
    'rm >|log -rf x',
    'rm "a;b" -r x',
    String.raw`rm a\;b -r x`,
    'rm${IFS}-rf${IFS}/',
    'rm$IFS-rf$IFS/',
    'rm$IFS$9-rf /',
    'r$@m -rf /',
    '{rm,-rf,/}',
    'find . -exec rm -r {} +',
    '\t@rm -rf build',
    '-rm -rf build',
    'RM -RF x',
    'rm.exe -rf x',
    '["rm","-rf","/x"]',
    '{"cmd":"rm","args":["-rf","/"]}',
    String.raw`{\"cmd\":\"rm -rf /\"}`,
    String.raw`ls\nrm -rf /`,
    String.raw`ls\\nrm -rf /`,
    'alias x="rm -rf"',
    'ssh host rm -rf x',
    "don't worry; rm -rf x",
    '# rm -rf x',
  ])('in the text %j', (text) => expect(removes({ deep: [{ command: text }] })).toBe(true));

  it.each([
    [['rm', '-rf', '/x']],
    [['rm', '-r', '-f', '/x']],
    [['rm', '/x', '-r']],
    [['/bin/rm', '--recursive', '/x']],
    [['sudo', 'rm', '-rf', '/x']],
    [['bash', '-c', 'rm -rf x']],
    [['rm x', '-rf']],
    [{ command: 'rm', args: ['-rf', '/x'] }],
    [{ args: ['-rf', '/x'], command: 'rm' }],
    [{ args: ['-rf', '/x'], command: 'sudo rm', cwd: '/a;b' }],
    [{ command: 'rm', args: '/x -rf' }],
    [{ command: ['sudo', 'rm'], args: [['-r'], '/x'] }],
    [{ 'rm -rf x': 1 }],
    ['rm -rf x'],
  ])('in the params %j', (params) => expect(removes(params)).toBe(true));

  it('whatever is put around it (P21)', () => {
    const around = fc.array(
      fc.constantFrom('ls; ', 'x && ', "sh -c '", '"', '\\', ' ', '\n', 'sudo ', '$('),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(removes([`${before.join('')} rm -rf x ${after.join('')}`])).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('no recursive rm is found', () => {
  it.each([
    'rm x',
    'rm -f x',
    'rm -f a; grep -r b .',
    'rm -f a && cp -r b c',
    'rm -f a\ngrep -r b .',
    'docker run --rm -it image -r',
    'farm -rf',
    'rmdir x',
    'the term -rf is odd',
    'ls -R',
    'cp -rf a b',
    'rm-rf',
    'perform --recursive',
    '',
  ])('in the text %j', (text) => expect(removes({ text })).toBe(false));

  it.each([
    [{ steps: ['rm -f a', 'grep -r b .'] }],
    [{ title: 'remove', note: 'use -r' }],
    [{ a: { tool: 'rm' }, b: { args: ['-r'] } }],
    [{ n: 1, yes: true, nothing: null, list: [] }],
    [null],
    [undefined],
    [7],
  ])('in the params %j', (params) => expect(removes(params)).toBe(false));
});

describe('a deleting find', () => {
  it.each([
    'find . -name x -delete',
    "find / -type f '-delete'",
    'find . -exec rm {} \\;',
    'find . -execdir /bin/rm -f {} +',
    'sudo find . -delete',
  ])('is found in %j', (text) => expect(deletes([text])).toBe(true));

  it('is found in an argument list', () => expect(deletes(['find', '.', '-delete'])).toBe(true));

  it.each(['find . -name x', 'find . ; rm x', 'git branch -delete', 'find out what rmdir does'])(
    'is not found in %j',
    (text) => expect(deletes([text])).toBe(false),
  );
});

describe('scanning', () => {
  it.each([
    'rm '.repeat(170_000),
    '\n'.repeat(512 * 1024),
    '\\'.repeat(512 * 1024),
    '"'.repeat(512 * 1024),
    `rm -${'v'.repeat(512 * 1024)}`,
    '$'.repeat(512 * 1024),
    '${'.repeat(256 * 1024),
  ])('gets through half a megabyte of trouble (P19): %.8j…', (text) => expect(removes({ text })).toBe(false));

  it('finds an option behind a long cluster', () =>
    expect(removes(`rm -${'v'.repeat(10_000)}r x`)).toBe(true));

  it('refuses cyclic params, and takes shared ones', () => {
    const shared = ['rm', '-rf'];
    expect(removes({ a: shared, b: shared })).toBe(true);
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    expect(() => scanParams(cyclic)).toThrow('cyclic');
  });
});
