// Mutation tests of the engine: `npm run mutation [-- folder…]`. What came of the last full run: docs/mutation-testing.md.
import { FOLDERS } from './mutation/folders.mjs';

const state = '.countersign/mutation';
const src = 'libs/policy-engine/src';
const folders = (process.env.COUNTERSIGN_MUTATE ?? FOLDERS.join(',')).split(',');
const name = folders.join('-').replaceAll('/', '_');

export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'libs/policy-engine/mutation/vitest.config.mjs', related: false },
  mutate: [
    ...folders.map((folder) => (folder.endsWith('.ts') ? `${src}/${folder}` : `${src}/${folder}/**/*.ts`)),
    `!${src}/**/*.spec.ts`,
  ],
  // The sandbox needs the engine and the shared configuration; other packages come through node_modules.
  ignorePatterns: [
    '*',
    '!libs/policy-engine/**',
    '!config/**',
    '!vitest.shared.mjs',
    '!package.json',
    '!tsconfig.base.json',
    'libs/policy-engine/dist',
    'libs/policy-engine/out-tsc',
  ],
  coverageAnalysis: 'perTest',
  concurrency: Number(process.env.COUNTERSIGN_MUTATION_WORKERS ?? 2),
  timeoutMS: 20_000,
  tempDirName: `${state}/sandbox`,
  incremental: true,
  incrementalFile: `${state}/${name}.incremental.json`,
  reporters: ['clear-text', 'progress-append-only', 'json', 'html'],
  clearTextReporter: { allowColor: false, allowEmojis: false, reportTests: false, skipFull: true },
  jsonReporter: { fileName: `${state}/${name}.json` },
  htmlReporter: { fileName: `${state}/${name}.html` },
  thresholds: { high: 95, low: 85, break: 85 },
  disableTypeChecks: false,
  allowEmpty: true,
};
