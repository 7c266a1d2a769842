import { Service } from '@countersign/contracts';
import type { ServiceMigrations } from '@countersign/persistence';
import { ATTEMPT, JOB_KEPT, JOB_MOVING } from './job/job.columns.js';
import { CreateScheduler1764000000000 } from './schema/1764000000000-create-scheduler.js';
import { ReviewAfter1764400000000 } from './schema/1764400000000-review-after.js';
import { OutputBlobs1764600000000 } from './schema/1764600000000-output-blobs.js';

export { schedulerFlow } from './scheduler.flow.js';
export { SchedulerModule } from './scheduler.module.js';
export { schedulerRenderers } from './scheduler.renderers.js';
// What the module runs, for tests that run it without the module.
export { ScheduleApprovalsConsumer } from './approve/schedule-approvals.consumer.js';
export { NoteDeadLettersConsumer } from './bury/note-dead-letters.consumer.js';
export { CancelJobsResponder } from './cancel/cancel-jobs.responder.js';
export { sealsOf } from './warrant/seals.js';
export { ClaimOffersResponder } from './claim/claim-offers.responder.js';
export { ConcludeVerdictsConsumer } from './conclude/conclude-verdicts.consumer.js';
export { ScheduleDecisionsConsumer } from './decide/schedule-decisions.consumer.js';
export { HeartbeatsResponder } from './heartbeat/heartbeats.responder.js';
export { RecordResultsConsumer } from './record/record-results.consumer.js';
export { Sweeps } from './sweep/sweeps.js';
export { WarrantKeys } from './warrant/warrant-keys.js';

const update = (columns: object) => `UPDATE (${Object.keys(columns).join(', ')})`;

export const migrations: ServiceMigrations = {
  service: Service.Scheduler,
  migrations: [CreateScheduler1764000000000, ReviewAfter1764400000000, OutputBlobs1764600000000],
  // Jobs are read and cancelled; none is made or deleted.
  api: {
    jobs: `SELECT, ${update({ ...JOB_MOVING, ...JOB_KEPT })}`,
    attempts: `SELECT, INSERT, ${update(ATTEMPT)}`,
    pending_facts: 'SELECT, INSERT, UPDATE, DELETE',
    rate_windows: 'SELECT, INSERT, UPDATE (used)',
    outbox: 'SELECT (event_id, flags), INSERT, UPDATE (flags), DELETE',
  },
};
