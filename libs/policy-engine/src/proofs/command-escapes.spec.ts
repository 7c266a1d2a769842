import { describe, expect, it } from 'vitest';
import { runsOthers } from '../cel/command-runners.js';
import { isShellAllowed } from '../cel/shell-allowed.js';
import { ESCAPES, linesOf, UNINSPECTABLE } from './command-escapes.js';

/** What somebody may plausibly allow: the command by its name, with and without what follows, and the usual ones. */
const USUAL = [
  'git',
  'git status',
  'git log',
  'ls',
  'echo',
  'cat',
  'find .',
  'tar',
  'npm run',
  'npm test',
  'make',
];
function prefixesOf(line: string): readonly string[] {
  const [first = '', second = ''] = line.split(' ');
  // No one names the command behind another in a prefix of the other.
  return [...USUAL, first, ...(runsOthers(second) ? [] : [`${first} ${second}`])];
}
const isAllowed = (line: string) => isShellAllowed(line, prefixesOf(line));
const ALL = Object.values(ESCAPES).flatMap(linesOf);

describe('command lines that run another command (P21)', () => {
  it('are more than three hundred, all different', () => {
    expect(new Set(ALL).size).toBe(ALL.length);
    expect(ALL.length).toBeGreaterThan(300);
  });

  it.each(Object.entries(ESCAPES))('by %s are not allowed, whatever prefix names them', (_how, text) => {
    expect(linesOf(text).filter(isAllowed)).toEqual([]);
  });

  it('are not allowed as a list of words either, which no shell reads', () => {
    const simple = ALL.filter((line) => /^[\w ./:=@,+-]+$/.test(line));
    expect(simple.filter((line) => isShellAllowed(line.split(' '), prefixesOf(line)))).toEqual([]);
  });

  it('in files, packages and other machines are not told by their words: these are known, counted and named', () => {
    const trusted = linesOf(UNINSPECTABLE);
    const allowed = trusted.filter(isAllowed);
    console.log(
      `${ALL.length} command lines that run others: none allowed; ${allowed.length} more can't be inspected.`,
    );
    expect(allowed).toEqual(trusted);
  });
});

describe('command lines that run nothing else', () => {
  it.each([
    'git status -s',
    'git log -p --oneline',
    'git push -u origin main',
    'git -C docs status',
    'git checkout -b x',
    'git diff --stat',
    'ls -la /tmp',
    'find . -name x -type f',
    'tar czf x.tgz src',
    'tar -xzf x.tgz -C out',
    'tar cf x y --checkpoint=1',
    'rsync -av a b',
    'sed --sandbox -n 1,5p x',
    'curl -fsS https://x.example',
    'make train EPOCHS=3',
    'npm run build -- --watch',
    'docker ps --all',
    'kubectl get pods',
    'sort -u x',
    'sha256sum x',
    'go vet x',
    'cmake --build out',
    'git add . config',
    'npm install x',
    'docker compose up run',
  ])('%s is allowed where its command is', (line) => {
    const [first = ''] = line.split(' ');
    expect(isShellAllowed(line, [first])).toBe(true);
  });

  it('is allowed with the name of a wrapper where the prefix has it, as a script of that name', () => {
    expect(isShellAllowed('npm run watch', ['npm run watch'])).toBe(true);
    expect(isShellAllowed('npm run watch', ['npm run'])).toBe(false);
  });
});
