import { join } from 'node:path';
import { DemoApi } from './demo/api.js';
import { runStories } from './demo/run-stories.js';
import { ROOT, startPlatform } from './platform.js';

// `npm run demo`: the platform on data of its own, seven jobs, the trail, and nothing left running.
const stateDir = join(ROOT, '.countersign');
process.env['LOG_LEVEL'] ??= 'warn';
const platform = await startPlatform({
  mode: 'standalone',
  stateDir,
  log: (message) => console.error(message),
  env: { COUNTERSIGN_PORT: '0' },
});
let failed = false;
try {
  await runStories(new DemoApi(platform.url), (line) => console.log(line));
} catch (error) {
  failed = true;
  console.error(error instanceof Error ? error.message : error);
} finally {
  await platform.stop();
}
if (!failed) console.log('\nDone. `npm start` keeps the platform running on http://127.0.0.1:8081.');
process.exit(failed ? 1 : 0);
