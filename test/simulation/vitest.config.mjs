import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.mjs';

export default mergeConfig(
  { ...shared, test: { ...shared.test, include: [] } },
  {
    test: {
      name: 'simulation',
      include: ['**/*.spec.ts'],
      testTimeout: 600_000,
      hookTimeout: 120_000,
      execArgv: ['--max-semi-space-size=32'],
    },
  },
);
