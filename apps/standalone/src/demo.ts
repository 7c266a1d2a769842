import { join } from 'node:path';
import { stopOnSignal } from '@countersign/service-kit';
import { DemoApi } from './demo/api.js';
import { freshState } from './demo/fresh-state.js';
import { runStories } from './demo/run-stories.js';
import { explainFailure } from './explain-failure.js';
import { ROOT, startPlatform, type Platform } from './platform.js';

// `npm run demo`: the platform on data of its own, seven jobs, the trail, and nothing left running.
const stateDir = join(ROOT, '.countersign', 'demo');
const cacheDir = join(ROOT, '.countersign', 'cache');
const log = (message: string) => console.error(message);
process.env['LOG_LEVEL'] ??= 'warn';
let platform: Platform | undefined;
stopOnSignal(async () => platform?.stop());
let failed = false;
try {
  await freshState(stateDir, cacheDir, log);
  platform = await startPlatform({
    mode: 'standalone',
    stateDir,
    cacheDir,
    log,
    // Its own servers and keys, whatever a platform beside it is told to use.
    env: {
      COUNTERSIGN_PORT: '0',
      NATS_URL: undefined,
      DATABASE_URL: undefined,
      COUNTERSIGN_ADMIN_DATABASE_URL: undefined,
      COUNTERSIGN_KEYS_DIR: undefined,
      COUNTERSIGN_HOST: undefined,
      COUNTERSIGN_HTTP_CONFIG: undefined,
      COUNTERSIGN_NOTIFICATIONS: undefined,
      COUNTERSIGN_LOCAL_CALLERS: 'allow',
    },
  });
  await runStories(new DemoApi(platform.url), (line) => console.log(line));
} catch (error) {
  failed = true;
  console.error(`\nThe demo failed: ${explainFailure(error)}`);
} finally {
  await platform?.stop();
}
if (!failed) console.log('\nDone. `npm start` keeps the platform running on http://127.0.0.1:8081.');
process.exit(failed ? 1 : 0);
