#!/usr/bin/env node
import { buildIfStale } from './build-if-stale.mjs';

// A reader that has gone (`countersign … | head`) needs no stack trace; but the work was not done.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(1);
});

if (buildIfStale()) {
  const { main, surroundingsOf } = await import('../dist/index.js');
  process.exitCode = await main(process.argv.slice(2), surroundingsOf(process));
} else process.exitCode = 1;
