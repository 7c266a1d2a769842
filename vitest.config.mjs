import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'libs/*/vitest.config.mjs',
      'tools/*/vitest.config.mjs',
      'apps/*/vitest.config.mjs',
      'test/simulation/vitest.config.mjs',
      'bench/vitest.config.mjs',
    ],
    maxWorkers: 2,
  },
});
