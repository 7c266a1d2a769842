import { dirname } from 'node:path';
import { mergeConfig } from 'vitest/config';
import shared from '../../../vitest.shared.mjs';
import { FOLDERS, SPECS } from './folders.mjs';

const folders = process.env.COUNTERSIGN_MUTATE?.split(',') ?? FOLDERS;
const config = mergeConfig(shared, {
  root: dirname(import.meta.dirname),
  test: {
    setupFiles: ['./mutation/setup.mjs'],
    // Thousands of random policies that say what the second opinion says with fewer.
    exclude: ['**/node_modules/**', '**/decide.properties.spec.ts'],
    testTimeout: 60_000,
    env: { COUNTERSIGN_PROOF_DECISIONS: '2000', COUNTERSIGN_PROOF_PAIRS: '3000' },
  },
});

/** The specs of the mutated folders: seeded, without shrinking. */
export default {
  ...config,
  test: { ...config.test, include: folders.flatMap((folder) => SPECS[folder.split('/')[0]] ?? []) },
};
