import { join, resolve } from 'node:path';
import { KeyFolder, readTopology, VARIABLES } from '@countersign/service-kit';
import { ROOT } from './platform.js';
import { setUpPlatform, writeBrokerConfig } from './set-up-platform.js';

// The set-up step of a deployment: `setup.js keys` makes keys and nats.conf, `setup.js migrate` migrates and provisions,
// `setup.js rotate-warrant-keys` has the scheduler sign with its next key, while everything runs.
const env = process.env;
const topology = await readTopology(
  resolve(ROOT, env[VARIABLES.configFile.name] ?? VARIABLES.configFile.default),
);
const keysDir = resolve(ROOT, env[VARIABLES.keysDir.name] ?? VARIABLES.keysDir.default);
switch (process.argv[2]) {
  case 'keys': {
    const keys = await KeyFolder.open(keysDir, topology);
    const file = env['COUNTERSIGN_NATS_CONFIG'] ?? join(keysDir, 'nats.conf');
    await writeBrokerConfig(file, topology, keys, {
      host: env['COUNTERSIGN_NATS_HOST'] ?? '127.0.0.1',
      port: 4222,
      storeDir: env['COUNTERSIGN_NATS_STORE'] ?? '/data/jetstream',
    });
    break;
  }
  case 'migrate': {
    const keys = await KeyFolder.open(keysDir);
    const adminUrl = env['COUNTERSIGN_ADMIN_DATABASE_URL'];
    if (!adminUrl) throw new Error('COUNTERSIGN_ADMIN_DATABASE_URL is not set');
    await setUpPlatform({ adminUrl, natsUrl: env['NATS_URL'] ?? VARIABLES.natsUrl.default, topology, keys });
    break;
  }
  case 'rotate-warrant-keys': {
    const keys = await KeyFolder.open(keysDir);
    await keys.rotateWarrantKeys({ revoke: process.argv[3] === '--revoke' });
    break;
  }
  default:
    console.error('usage: setup.js <keys|migrate|rotate-warrant-keys [--revoke]>');
    process.exit(2);
}
