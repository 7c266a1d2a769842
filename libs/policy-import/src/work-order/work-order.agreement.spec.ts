import { describe, expect, it } from 'vitest';
import { INTERPRETERS, WRAPPERS, type PolicyRequest } from '@countersign/policy-engine';
import { workOrderReference } from '../reference/work-order.reference.js';
import { ALLOWS_ALL, aRequest, compare } from '../testing/agreement.js';
import type { Draws } from '../testing/draws.js';
import { importWorkOrderPolicy } from './import-work-order.js';

const RUNNERS = [...WRAPPERS, ...INTERPRETERS];
const SOURCE = JSON.stringify({
  policy_id: 'nightly',
  allowed_shell_prefixes: [
    'npm run ',
    'git status',
    'scripts/',
    'python3 jobs/',
    'bash ',
    'make build',
    './',
    'python -m ',
    'find src/',
    'git ',
  ],
  blocked_shell_patterns: [
    'rm -rf',
    'sudo',
    'curl | sh',
    '--force',
    '/etc/',
    'dd if=',
    '| bash',
    '$(',
    'git push --mirror',
    'ALTER table',
  ],
  max_retries_hard_cap: 3,
  min_backoff_sec: 5,
  max_backoff_sec: 600,
  required_step_fields: ['id', 'job_name'],
  required_success_markers: ['DONE'],
  required_state_paths: ['state/run.json'],
});

const GOOD = [
  'npm run build',
  'git status',
  'scripts/nightly.sh x',
  'python3 jobs/a.py --fast',
  'bash run.sh',
  'make  build',
] as const;
const BAD = [
  'git push x --mirror',
  'git "push" --mirror',
  'git push mirror',
  './../x',
  'python -m a.b --x',
  'python -m -c',
  'python -c x',
  'find src/ -delete',
  'find src/ -exec rm x +',
  'find src/../..',
  './x dd if=/x',
  './x dd "if=/x"',
  'git commit -m "dd if=x"',
  "git commit -m 'a b' alter TABLE x",
  'git commit -m "a $b"',
  'git commit -m "a; b"',
  'npm install',
  'npm running',
  'git statusx',
  'git "status"',
  'git \'status\' "-s"',
  'scripts/../evil',
  'python3 jobs/../evil.py',
  'python3 -c x',
  'python3 jobs/"a".py',
  'bash -c ls',
  'npm run build; id',
  'npm run build && id',
  'npm run $(id)',
  'npm run `id`',
  'npm run build > /x',
  'npm run a\nid',
  'npm run rm -rf x',
  'npm run "rm" -r x -f',
  "npm run 'SUDO' x",
  'npm run --force',
  'npm run --forceful',
  'npm run --f"or"ce',
  'git status /etc/passwd',
  'npm run x --exec=id',
  'npm run env x',
  'FOO=1 npm run x',
  ' git status',
  '',
] as const;

function generate(draws: Draws): PolicyRequest {
  const params: Record<string, unknown> = {
    id: 'a',
    job_name: 'b',
    start_shell: draws.chance(0.75) ? draws.one(GOOD) : draws.one(BAD),
    success_markers: ['DONE', 'OK'],
    state_paths: ['state/run.json'],
  };
  if (draws.chance(0.6)) params['max_retries'] = draws.one([0, 1, 2, 3, 3, 2, 1, 4, -1, 1e9, '1', null]);
  if (draws.chance(0.6)) params['backoff_sec'] = draws.one([5, 60, 600, 60, 60, 60, 4.9, 601, -5, true]);
  if (draws.chance(0.1)) params[draws.one(['id', 'job_name'])] = draws.one([null, '', undefined, 0]);
  if (draws.chance(0.1))
    params['success_markers'] = draws.one([[], ['done'], 'DONE', null, [1, 'DONE'], { DONE: 1 }]);
  if (draws.chance(0.1))
    params['state_paths'] = draws.one([[], 'state/run.json', ['state/run.json', 'x'], null]);
  if (draws.chance(0.03)) params['start_shell'] = draws.one([null, 5, ['git', 'status']]);
  if (draws.chance(0.02)) delete params['start_shell'];
  return aRequest({ topic: draws.chance(0.97) ? 'job.work-order.step' : 'job.other.step', params });
}

describe('a work-order policy, read directly and as native rules', () => {
  const { shares, differences } = compare(
    importWorkOrderPolicy(SOURCE, { fileName: 'p.json' }),
    workOrderReference(SOURCE),
    generate,
    { count: 10_000, seed: 5 },
  );

  it('decides 10,000 random steps the same way (P5, P15)', () => {
    expect(differences).toEqual([]);
  });

  it('stays as strict beside a file that allows everything', () => {
    const beside = compare(importWorkOrderPolicy(SOURCE), workOrderReference(SOURCE), generate, {
      count: 2_000,
      seed: 3,
      beside: ALLOWS_ALL,
    });
    expect(beside.differences).toEqual([]);
  });

  it('denies every command that runs another behind an allowed one (P21)', () => {
    const reference = workOrderReference(SOURCE);
    const denied = new Set<string>();
    let at = 0;
    const next = (): PolicyRequest => {
      const start_shell = `git status ${RUNNERS[at++] ?? ''}`;
      return aRequest({
        topic: 'job.work-order.step',
        params: {
          id: 'a',
          job_name: 'b',
          start_shell,
          success_markers: ['DONE'],
          state_paths: ['state/run.json'],
        },
      });
    };
    const judge = (request: PolicyRequest) => {
      const verdict = reference(request);
      if (verdict.type === 'DENY') denied.add(verdict.branch);
      return verdict;
    };
    const { shares, differences } = compare(importWorkOrderPolicy(SOURCE), judge, next, {
      count: RUNNERS.length,
      seed: 1,
    });
    expect(differences).toEqual([]);
    expect(shares['kept'] ?? 0).toBe(0);
    expect([...denied]).toContain('command');
  });

  it.each([
    'kept',
    'elsewhere',
    'field',
    'command',
    'blocked',
    'retries',
    'backoff',
    'marker',
    'state',
    'several',
  ])('reaches the branch "%s" with at least one step in a hundred', (branch) => {
    expect(shares[branch]).toBeGreaterThanOrEqual(0.01);
  });
});
