import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { CreateAuditLog1764000000000 } from './migrations/create-audit-log.js';

export { auditWriterFlow } from './audit-writer.flow.js';
export { AuditWriterModule } from './audit-writer.module.js';
// What the module runs, for tests that run it without the module.
export { AppendQueue } from './append/append-queue.js';
export { findTrace } from './query/find-trace.js';
export { verifyLog } from './query/verify-log.js';

export const migrations: ServiceMigrations = {
  service: Service.AuditWriter,
  migrations: [CreateAuditLog1764000000000],
  api: { entries: 'SELECT' },
};
