import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

/** Shared test configuration: decorators through SWC, workspace packages from their sources. */
export default defineConfig({
  plugins: [
    swc.vite({
      swcrc: false,
      configFile: false,
      tsconfigFile: false,
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        target: 'es2022',
        keepClassNames: true,
        transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      },
    }),
  ],
  ssr: { resolve: { conditions: ['@countersign/source'], externalConditions: ['@countersign/source'] } },
  test: {
    include: ['src/**/*.spec.ts'],
    environment: 'node',
    passWithNoTests: true,
    pool: 'forks',
    // A property test on a busy machine takes many times what it takes alone; a hang is still ended.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
