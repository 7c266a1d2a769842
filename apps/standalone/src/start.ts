import { join } from 'node:path';
import { stopOnSignal } from '@countersign/service-kit';
import { ROOT, startPlatform } from './platform.js';

// `npm start`, and with --services each service as its own process.
const mode = process.argv.includes('--services') ? 'processes' : 'standalone';
const platform = await startPlatform({
  mode,
  stateDir: process.env['COUNTERSIGN_STATE_DIR'] ?? join(ROOT, '.countersign'),
  log: (message) => console.error(message),
  onLine: (line) => console.log(line),
});
stopOnSignal(() => platform.stop());
console.error(
  'Loopback without credentials is a development mode: whoever reaches this port may submit and approve.',
);
console.log(JSON.stringify({ message: 'ready', url: platform.url, service: 'platform' }));
console.error(`Countersign is at ${platform.url} (API at ${platform.url}/api/docs). Ctrl-C stops it.`);
