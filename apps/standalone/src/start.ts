import { resolve } from 'node:path';
import { stopOnSignal } from '@countersign/service-kit';
import { explainFailure } from './explain-failure.js';
import { ROOT, startPlatform, type Platform } from './platform.js';

// `npm start`, and with --services each service as its own process.
const mode = process.argv.includes('--services') ? 'processes' : 'standalone';
let platform: Platform | undefined;
stopOnSignal(async () => platform?.stop());
try {
  platform = await startPlatform({
    mode,
    stateDir: resolve(ROOT, process.env['COUNTERSIGN_STATE_DIR'] ?? '.countersign'),
    log: (message) => console.error(message),
    onLine: (line) => console.log(line),
  });
} catch (error) {
  console.error(`\nCountersign did not start: ${explainFailure(error)}`);
  process.exit(1);
}
console.log(JSON.stringify({ message: 'ready', url: platform.url, service: 'platform' }));
console.error(`Countersign is at ${platform.url} (API at ${platform.url}/api/docs). Ctrl-C stops it.`);
