import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import { describe, expect, it } from 'vitest';
import { PLANTED_BUGS, plantedEnv, type PlantedBugName } from './plant/planted-bugs.js';

/** The flow suite once, on a machine that has other work. In milliseconds. */
const AT_MOST_MS = 1_200_000;
const NAMES = Object.keys(PLANTED_BUGS) as PlantedBugName[];

/** What vitest's JSON reporter says, as far as it is read. */
interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Which of the planted bugs the flow suite sees by itself, which asks services instead of reading their records. Told,
 * not judged: the bugs are there for the checker, and a flow test that sees one is no mistake.
 */
describe.runIf(process.env['COUNTERSIGN_FAULT_SUITE'] === 'flow')(
  'the flow suite beside a planted bug',
  () => {
    it.each(NAMES)(
      '%s',
      async (name) => {
        const { numTotalTests, numPassedTests, testResults } = await runFlowSuite(name);
        expect(numTotalTests).toBeGreaterThan(0);
        const failed = testResults
          .flatMap(({ assertionResults }) => assertionResults)
          .filter(({ status }) => status === 'failed')
          .map(({ fullName }) => `  fails: ${fullName}`);
        const told = [`${name}: ${numPassedTests} of ${numTotalTests} flow tests pass`, ...failed];
        process.stdout.write(`${told.join('\n')}\n`);
      },
      AT_MOST_MS,
    );
  },
);

async function runFlowSuite(name: PlantedBugName): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-flow-suite-'));
  try {
    const file = join(folder, 'report.json');
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
    const filter = process.env['COUNTERSIGN_FLOW_FILTER'] ?? 'flow/';
    const args = ['run', '--root', join(ROOT, 'test'), filter, '--reporter=json', `--outputFile=${file}`];
    const env = { ...process.env, ...plantedEnv(PLANTED_BUGS[name]), COUNTERSIGN_FAULT_SUITE: '' };
    const child = spawn(process.execPath, [vitest, ...args], { env, stdio: 'ignore' });
    await once(child, 'exit');
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
