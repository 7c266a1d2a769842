import { Module } from '@nestjs/common';
import { ActivatePolicyResponder } from './activate/activate-policy.responder.js';
import { CheckJobsResponder } from './check/check-jobs.responder.js';
import { EvaluateJobsConsumer } from './evaluate/evaluate-jobs.consumer.js';
import { EvaluateJobsHandler } from './evaluate/evaluate-jobs.handler.js';
import { ExplainJobResponder } from './explain/explain-job.responder.js';
import { AnswerOutputsResponder } from './output/answer-outputs.responder.js';
import { ActivePolicy } from './policy/active-policy.js';
import { SnapshotLibrary } from './policy/snapshot-library.js';
import { PushPolicyResponder } from './push/push-policy.responder.js';
import { ReevaluateJobResponder } from './reevaluate/reevaluate-job.responder.js';
import { ReplayDecisionsResponder } from './replay/replay-decisions.responder.js';
import { SimulateJobResponder } from './simulate/simulate-job.responder.js';
import { ListSnapshotsResponder } from './snapshots/list-snapshots.responder.js';
import { ShowSnapshotResponder } from './snapshots/show-snapshot.responder.js';

/** The policy decision point: it decides and enforces nothing. */
@Module({
  controllers: [
    EvaluateJobsConsumer,
    CheckJobsResponder,
    ExplainJobResponder,
    SimulateJobResponder,
    ReplayDecisionsResponder,
    ListSnapshotsResponder,
    ShowSnapshotResponder,
    PushPolicyResponder,
    ActivatePolicyResponder,
    ReevaluateJobResponder,
    AnswerOutputsResponder,
  ],
  providers: [SnapshotLibrary, ActivePolicy, EvaluateJobsHandler],
})
export class PolicyEvaluatorModule {}
