import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Service } from '@countersign/contracts';
import type { RunningServices } from '@countersign/service-kit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundle, PolicyBench, RULES } from './support/policy-bench.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };
const EVALUATOR = [Service.PolicyEvaluator];

let bench: PolicyBench;
const file = (name = 'policy.yaml') => join(bench.folder, name);

beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  bench = await PolicyBench.open();
});
beforeEach(async () => {
  await bench.forgetPolicies();
  await mkdir(bench.folder, { recursive: true });
  await bench.write(bundle('1'));
});
afterEach(() => bench.stopServices());
afterAll(() => bench?.close());

/** Each puts something in the place of a policy that holds. */
const BREAKERS: readonly (readonly [string, string, () => Promise<void>])[] = [
  ['a truncated file', 'empty_policy', () => truncate(file(), 0)],
  ['a file that ends in the middle', 'yaml_syntax', () => bench.write(bundle('2').slice(0, -12))],
  [
    'a folder in its place',
    'not_a_file',
    async () => {
      await rm(file());
      await mkdir(file());
    },
  ],
  [
    'a link that leads out',
    'outside_bundle',
    async () => {
      await writeFile(join(bench.servers.stateDir, 'outside.yaml'), bundle('2'));
      await rm(file());
      await symlink(join(bench.servers.stateDir, 'outside.yaml'), file());
    },
  ],
  ['an empty folder', 'empty_bundle', () => rm(file())],
  ['no rule', 'empty_policy', () => bench.write('version: v1\nrules: []\n')],
  ['a missing folder', 'unreadable', () => rm(bench.folder, { recursive: true })],
  ['bytes that are no text', 'not_text', () => writeFile(file(), Buffer.from([0x76, 0xff, 0xfe]))],
  [
    'a test that fails',
    'test_failed',
    () =>
      bench.write(
        `${bundle('2')}tests:\n  - name: writes\n    job: { topic: job.mcp-bridge.write.a, tenant_id: t, agent_id: a }\n    expect: { decision: allow }\n`,
      ),
  ],
];

describe('at the first start (P16, case 1)', () => {
  it.each(BREAKERS)('%s refuses to start (%s)', async (_, code, breakIt) => {
    await breakIt();
    await expect(bench.boot(EVALUATOR)).rejects.toMatchObject({
      code: 'invalid_policy',
      message: expect.stringContaining(`(${code})`) as string,
    });
    expect(await bench.rows('SELECT 1 FROM policy_evaluator.activations')).toEqual([]);
  });
});

describe('while it runs (P16)', () => {
  const state = (evaluator: RunningServices) => bench.stateOf(evaluator);

  it.each(BREAKERS)(
    '%s (%s) leaves the old policy deciding, is told once, and mends',
    async (_, code, breakIt) => {
      const evaluator = await bench.boot(EVALUATOR);
      const before = await state(evaluator);
      await breakIt();
      await vi.waitFor(async () => expect((await state(evaluator)).stale_since).not.toBeNull(), PATIENTLY);
      const stale = await state(evaluator);
      expect([stale.snapshot, stale.policy_version]).toEqual([before.snapshot, '1']);
      expect(stale.problem?.code).toBe(code);
      await vi.waitFor(async () => expect(await bench.told('refused')).toHaveLength(1), PATIENTLY);
      const refused = await bench.told('refused');
      expect(refused[0]).toMatchObject({ previous: before.snapshot, problems: [{ code }] });

      await rm(bench.folder, { recursive: true, force: true });
      await mkdir(bench.folder);
      await bench.write(bundle('3'));
      await vi.waitFor(
        async () =>
          expect(await state(evaluator)).toMatchObject({
            policy_version: '3',
            stale_since: null,
            problem: null,
          }),
        PATIENTLY,
      );
      expect(await bench.told('refused')).toHaveLength(1);
    },
  );

  it('a policy that is replaced by renaming decides, and stands among the activations', async () => {
    const evaluator = await bench.boot(EVALUATOR);
    await bench.write(bundle('2'), '.next');
    await rename(file('.next'), file());
    await vi.waitFor(async () => expect((await state(evaluator)).policy_version).toBe('2'), PATIENTLY);
    expect(
      await bench.rows('SELECT seq::int, how, by FROM policy_evaluator.activations ORDER BY seq'),
    ).toEqual([
      { seq: 1, how: 'start', by: 'folder' },
      { seq: 2, how: 'folder', by: 'folder' },
    ]);
  });

  it('a comment is another file and the same policy', async () => {
    const evaluator = await bench.boot(EVALUATOR);
    await bench.write(`${bundle('1')}# a comment\n`);
    await bench.write(`${bundle('2')}`, 'zz.txt');
    await bench.write(bundle('2', RULES.replace('reads', 'hidden')), '.hidden.yaml');
    // A look later than that of the comment: what it found would show.
    await bench.write(`not a policy`, 'more.yaml');
    await vi.waitFor(async () => expect((await state(evaluator)).problem?.file).toBe('more.yaml'), PATIENTLY);
    expect(await bench.rows('SELECT 1 FROM policy_evaluator.activations')).toHaveLength(1);
  });

  it('every process takes up what another has activated', async () => {
    const [one, other] = [await bench.boot(EVALUATOR), await bench.boot(EVALUATOR)];
    await bench.write(bundle('2'));
    for (const evaluator of [one, other])
      await vi.waitFor(async () => expect((await state(evaluator)).policy_version).toBe('2'), PATIENTLY);
    expect(await bench.rows('SELECT 1 FROM policy_evaluator.activations')).toHaveLength(2);
  });
});

describe('at a later start', () => {
  it('a folder that is broken meanwhile keeps the last policy deciding, and says so (P16)', async () => {
    await bench.boot(EVALUATOR);
    await bench.stopServices();
    await truncate(file(), 3);
    const evaluator = await bench.boot(EVALUATOR);
    expect(await bench.stateOf(evaluator)).toMatchObject({
      policy_version: '1',
      problem: { file: 'policy.yaml' },
    });
    await vi.waitFor(async () => expect(await bench.told('refused')).toHaveLength(1), PATIENTLY);
  });

  it('a folder that was changed meanwhile is taken up', async () => {
    await bench.boot(EVALUATOR);
    await bench.stopServices();
    await bench.write(bundle('2'));
    expect(await bench.stateOf(await bench.boot(EVALUATOR))).toMatchObject({ policy_version: '2' });
  });
});

describe('a process that is pinned (P11)', () => {
  const pinned = (pin: string) => bench.boot(EVALUATOR, { COUNTERSIGN_POLICY_PIN: pin });

  it.each(['test@1', 'digest'])('to %s starts with it, and takes up no other', async (pin) => {
    const { snapshot } = await bench.stateOf(await bench.boot(EVALUATOR));
    await bench.stopServices();
    const evaluator = await pinned(pin === 'digest' ? snapshot : pin);
    await bench.write(bundle('2'));
    await vi.waitFor(
      async () => expect((await bench.stateOf(evaluator)).problem?.code).toBe('pinned'),
      PATIENTLY,
    );
    expect((await bench.stateOf(evaluator)).policy_version).toBe('1');
  });

  it.each(['test@2', `sha256:${'0'.repeat(64)}`])('to %s does not start with another', async (pin) => {
    await expect(pinned(pin)).rejects.toMatchObject({ code: 'invalid_policy' });
  });
});

it('what was ever in force is not changed, not even by the service itself', async () => {
  await bench.boot(EVALUATOR);
  for (const statement of [
    `UPDATE policy_evaluator.activations SET by = 'x'`,
    `DELETE FROM policy_evaluator.activations`,
    `UPDATE policy_evaluator.snapshots SET sources = '[]'`,
    `TRUNCATE policy_evaluator.activations`,
  ])
    await expect(bench.rows(statement)).rejects.toMatchObject({ code: '42501' });
});
