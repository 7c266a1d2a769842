import { bootServices, readEnvironment, stopOnSignal } from '@countersign/service-kit';
import { APPS, ROOT } from '@countersign/standalone';

// All services in one process, without the reference workers: the benchmark brings its own.
const environment = await readEnvironment(ROOT);
const services = await bootServices(APPS, environment.config, (app) => environment.credentialsOf(app));
stopOnSignal(() => services.stop());
console.log(JSON.stringify({ message: 'ready', url: services.url }));
