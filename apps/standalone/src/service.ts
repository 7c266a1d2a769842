import { bootServices, readEnvironment, stopOnSignal } from '@countersign/service-kit';
import { APPS } from './apps.js';
import { explainFailure } from './explain-failure.js';
import { ROOT } from './platform.js';

// One service as a process of its own: `node service.js scheduler`.
const name = process.argv[2];
const app = APPS.find((candidate) => candidate.service === name);
if (!app) {
  console.error(`usage: service.js <${APPS.map((candidate) => candidate.service).join('|')}>`);
  process.exit(2);
}
try {
  const environment = await readEnvironment(ROOT);
  const services = await bootServices([app], environment.config, (candidate) =>
    environment.credentialsOf(candidate),
  );
  stopOnSignal(() => services.stop());
  console.log(JSON.stringify({ message: 'ready', url: services.url, service: app.service }));
} catch (error) {
  console.error(`${app.service} did not start: ${explainFailure(error)}`);
  process.exit(1);
}
