import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.mjs';

// Flow tests start real servers and real processes: one file at a time, from the built packages.
export default mergeConfig(
  { ...shared, ssr: {}, test: { ...shared.test, include: [] } },
  defineConfig({
    test: {
      include: [
        'broker/**/*.spec.ts',
        'service/**/*.spec.ts',
        'flow/**/*.spec.ts',
        'browser/**/*.spec.ts',
        'faults/**/*.spec.ts',
        'architecture/**/*.spec.ts',
      ],
      fileParallelism: false,
      testTimeout: 60_000,
      hookTimeout: 120_000,
    },
  }),
);
