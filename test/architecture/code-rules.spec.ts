import { ReasonCode } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { filesUnder, generator, productionSources, read } from './support/repository.js';

/** Files that may read the environment, and why. Everything else gets its settings as values. */
const READS_ENVIRONMENT: Readonly<Record<string, string>> = {
  'libs/service-kit/src/environment.ts': 'the one reader of the services’ settings',
  'libs/service-kit/src/boot.ts': 'the level of the log, needed before anything is read',
  'libs/service-kit/src/register.ts': 'runs before the program and configures the tracing SDK',
  'libs/kernel/src/faults/armed.ts': 'arms a fault for tests before anything is read',
  'apps/standalone/src/platform.ts': 'hands its environment to the processes that it starts',
  'apps/standalone/src/start.ts': 'entry',
  'apps/standalone/src/api-keys.ts': 'entry',
  'apps/standalone/src/demo.ts': 'entry',
  'apps/standalone/src/operate.ts': 'entry',
  'apps/standalone/src/setup.ts': 'entry',
  'apps/worker-reference/src/main.ts': 'entry',
  'libs/policy-engine/src/proofs/guard.ts': 'how much a proof tries, for tests alone',
  'libs/policy-engine/src/proofs/describe-second-opinion.ts': 'how much a proof tries, for tests alone',
};

const MOST_LINES = 400;
/** One table is easier to read in one file. */
const LONG_TABLES = ['libs/policy-engine/src/proofs/command-escapes.ts'];

describe('the sources', () => {
  it('use no reason code that is not in the registry', async () => {
    const used = /\breason_?[cC]ode:\s*'([a-z_]+)'|\bdeadLetter\(\s*\w+,\s*'([a-z_]+)'/g;
    const strangers: string[] = [];
    let seen = 0;
    for (const { path, text } of await productionSources())
      for (const match of text.matchAll(used)) {
        seen += 1;
        const code = (match[1] ?? match[2])!;
        // A column list maps the name to its type.
        if (code !== 'text' && !Object.hasOwn(ReasonCode, code)) strangers.push(`${path}: ${code}`);
      }
    expect(strangers).toEqual([]);
    expect(seen).toBeGreaterThan(5);
  });

  it('never let TypeORM change a schema by itself', async () => {
    const offenders = (await filesUnder(['apps', 'libs', 'tools', 'test', 'bench'], ['.ts', '.mjs']))
      .filter(({ text }) => /synchronize['"]?\s*:\s*true/.test(text))
      .map(({ path }) => path);
    expect(offenders).toEqual([]);
  });

  it('read the environment in entries and settings alone', async () => {
    const readers = (await productionSources())
      .filter(({ text }) => /process\s*\.\s*env\b/.test(text))
      .map(({ path }) => path)
      .filter((path) => !(path in READS_ENVIRONMENT));
    expect(readers).toEqual([]);
  });

  it('read every variable that .env.example lists for other programs', async () => {
    const sources = await filesUnder(['apps', 'libs', 'tools/infra/src'], ['.ts']);
    for (const { name, reader } of (await generator()).OTHER_VARIABLES)
      if (reader !== 'tracing SDK')
        expect(
          sources.some(({ path, text }) => path.includes('/src/') && text.includes(name)),
          name,
        ).toBe(true);
  });

  it(`have no file of more than ${MOST_LINES} lines`, async () => {
    const files = await filesUnder(['apps', 'libs', 'tools', 'test', 'bench', 'examples'], ['.ts', '.mjs']);
    const long = files
      .filter(
        ({ path, text }) => !LONG_TABLES.includes(path) && text.trimEnd().split('\n').length > MOST_LINES,
      )
      .map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('have decision records that are numbered without gaps and named by what they claim', async () => {
    const records = (await filesUnder(['docs/adr'], ['.md'])).map(({ path }) => path.split('/').at(-1)!);
    expect(records.length).toBeGreaterThanOrEqual(8);
    for (const [i, name] of records.entries())
      expect(name).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    expect(await read('docs/architecture.md')).toContain('adr/');
  });
});
