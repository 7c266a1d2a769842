import { jsonLog } from './json-log.js';
import { readConfig } from './reference-worker.config.js';
import { startReferenceWorkers } from './start-reference-workers.js';

try {
  const workers = await startReferenceWorkers({ ...readConfig(process.env), log: jsonLog });
  jsonLog.info('the reference workers are running');
  const stop = () => {
    workers.stop().then(
      () => process.exit(0),
      (error: unknown) => fail('the reference workers did not stop cleanly', error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started it was killed, and will start another on the same files.
  process.once('disconnect', stop);
} catch (error) {
  fail('the reference workers could not start', error);
}

function fail(message: string, error: unknown): never {
  jsonLog.error(message, { error: error instanceof Error ? error.message : 'not an error' });
  process.exit(1);
}
