import { Module } from '@nestjs/common';
import { ScheduleApprovalsConsumer } from './approve/schedule-approvals.consumer.js';
import { NoteDeadLettersConsumer } from './bury/note-dead-letters.consumer.js';
import { CancelJobsResponder } from './cancel/cancel-jobs.responder.js';
import { ClaimOffersResponder } from './claim/claim-offers.responder.js';
import { ConcludeVerdictsConsumer } from './conclude/conclude-verdicts.consumer.js';
import { ScheduleDecisionsConsumer } from './decide/schedule-decisions.consumer.js';
import { HeartbeatsResponder } from './heartbeat/heartbeats.responder.js';
import { QueryJobsResponder } from './query/query-jobs.responder.js';
import { RecordResultsConsumer } from './record/record-results.consumer.js';
import { Sweeps } from './sweep/sweeps.js';
import { WarrantKeys } from './warrant/warrant-keys.js';
import { WarrantKeysResponder } from './warrant/warrant-keys.responder.js';

/** Keeps the state of every job, and offers, leases, fences and concludes its attempts. */
@Module({
  controllers: [
    ScheduleDecisionsConsumer,
    ScheduleApprovalsConsumer,
    ClaimOffersResponder,
    HeartbeatsResponder,
    RecordResultsConsumer,
    ConcludeVerdictsConsumer,
    NoteDeadLettersConsumer,
    CancelJobsResponder,
    QueryJobsResponder,
    WarrantKeysResponder,
  ],
  providers: [Sweeps, WarrantKeys],
})
export class SchedulerModule {}
