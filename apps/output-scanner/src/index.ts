import { Service } from '@countersign/contracts';
import { type ServiceMigrations } from '@countersign/persistence';
import { CreateVerdicts1764000000000 } from './migrations/create-verdicts.migration.js';

export { outputScannerFlow } from './output-scanner.flow.js';
export { OutputScannerModule } from './output-scanner.module.js';
export { outputScannerRenderers } from './verdict/verdict.store.js';

/** The tables of the output scanner. */
export const migrations: ServiceMigrations = {
  service: Service.OutputScanner,
  migrations: [CreateVerdicts1764000000000],
};
