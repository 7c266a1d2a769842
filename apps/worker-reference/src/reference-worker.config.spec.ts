import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from './reference-worker.config.js';

it('the settings are read from the environment and the key files', async () => {
  const keys = await mkdtemp(join(tmpdir(), 'keys-'));
  for (const pool of ['mcp', 'agent'])
    await writeFile(join(keys, `pool-${pool}.nk`), `seed-${pool}\n`, { mode: 0o600 });
  const env = { NATS_URL: 'nats://127.0.0.1:1', COUNTERSIGN_KEYS_DIR: keys, DATA_DIR: '/data' };
  const { seeds, ...others } = readConfig(env);
  expect(others).toEqual({ servers: 'nats://127.0.0.1:1', dataDir: '/data' });
  expect([seeds.mcp(), seeds.agent()]).toEqual(['seed-mcp', 'seed-agent']);
  await rm(keys, { recursive: true });
});

it.each(['NATS_URL', 'COUNTERSIGN_KEYS_DIR', 'DATA_DIR'])('a missing %s is named', (name) => {
  const env = { NATS_URL: 'n', COUNTERSIGN_KEYS_DIR: 'k', DATA_DIR: 'd', [name]: '' };
  expect(() => readConfig(env)).toThrow(name);
});
