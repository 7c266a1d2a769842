import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.mjs';

// The pages are compiled by Vite itself, so the shared compiler of decorators is not wanted here.
export default mergeConfig(
  { ...shared, plugins: [] },
  defineConfig({ root: import.meta.dirname, configFile: false }),
);
