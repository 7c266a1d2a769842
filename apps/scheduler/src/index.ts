import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { CreateScheduler1764000000000 } from './schema/1764000000000-create-scheduler.js';

export { schedulerFlow } from './scheduler.flow.js';
export { SchedulerModule } from './scheduler.module.js';
export { schedulerRenderers } from './scheduler.renderers.js';
export const migrations: ServiceMigrations = {
  service: Service.Scheduler,
  migrations: [CreateScheduler1764000000000],
};
