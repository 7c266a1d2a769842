import { Module } from '@nestjs/common';
import { ApprovalStreams } from './approvals/approval-streams.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ApprovalsHandler } from './approvals/approvals.handler.js';
import { ChangeApprovalsController } from './approvals/change-approvals.controller.js';
import { StreamApprovalsController } from './approvals/stream-approvals.controller.js';
import { BlobsController } from './blobs/blobs.controller.js';
import { PruneBlobsSweep } from './blobs/prune-blobs.sweep.js';
import { ReadBlobHandler } from './blobs/read-blob.handler.js';
import { RunAuthenticator } from './blobs/run-authenticator.js';
import { ServeBlobsResponder } from './blobs/serve-blobs.responder.js';
import { UploadBlobHandler } from './blobs/upload-blob.handler.js';
import { SlackCallbackController } from './callbacks/slack-callback.controller.js';
import { SlackCallbackHandler } from './callbacks/slack-callback.handler.js';
import { CancelJobController } from './cancel/cancel-job.controller.js';
import { ConsoleSessions } from './console/oidc/console-sessions.js';
import { SignInController } from './console/oidc/sign-in.controller.js';
import { SignInHandler } from './console/oidc/sign-in.handler.js';
import { WhoAmIController } from './console/who-am-i.controller.js';
import { EndJobsConsumer } from './ended/end-jobs.consumer.js';
import { HealthController } from './health/health.controller.js';
import { ApiKeys } from './identity/api-keys/api-keys.js';
import { Authenticator } from './identity/authenticator.js';
import { Exposure } from './identity/exposure.js';
import { LocalTrust } from './identity/local-trust.js';
import { TokenVerifier } from './identity/tokens/token-verifier.js';
import { PruneSweep } from './intake/prune.sweep.js';
import { ChangePoliciesController } from './policy/change/change-policies.controller.js';
import { CheckFailureLog } from './policy/check/check-failure-log.js';
import { CheckPolicyController } from './policy/check/check-policy.controller.js';
import { CheckPolicyHandler } from './policy/check/check-policy.handler.js';
import { checkSettingsProvider } from './policy/check/check-settings.js';
import { PolicyEvaluator } from './policy/policy-evaluator.js';
import { AskPolicyController } from './policy/read/ask-policy.controller.js';
import { ReadPoliciesController } from './policy/read/read-policies.controller.js';
import { ReplayPolicyController } from './policy/replay/replay-policy.controller.js';
import { ReplayPolicyHandler } from './policy/replay/replay-policy.handler.js';
import { JobFinder } from './read/job-finder.js';
import { ReadJobsController } from './read/read-jobs.controller.js';
import { ReadJobsHandler } from './read/read-jobs.handler.js';
import { RefusalLog } from './refusals/refusal-log.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsHandler } from './reviews/reviews.handler.js';
import { httpSettingsProvider } from './settings/http-settings.js';
import { SubmitJobController } from './submit/submit-job.controller.js';
import { SubmitJobHandler } from './submit/submit-job.handler.js';
import { AuditController } from './traces/audit.controller.js';
import { WarrantKeysController } from './warrants/warrant-keys.controller.js';

/** The HTTP edge. Its application must be set up with `configureHttp`. */
@Module({
  controllers: [
    SubmitJobController,
    ReadJobsController,
    CancelJobController,
    BlobsController,
    ServeBlobsResponder,
    // Before the one whose addresses have a job's id where this has a word.
    StreamApprovalsController,
    ApprovalsController,
    ChangeApprovalsController,
    SlackCallbackController,
    ReviewsController,
    AuditController,
    WarrantKeysController,
    WhoAmIController,
    SignInController,
    CheckPolicyController,
    AskPolicyController,
    ReplayPolicyController,
    // Before the one whose addresses have a digest where these have a word.
    ChangePoliciesController,
    ReadPoliciesController,
    HealthController,
    EndJobsConsumer,
  ],
  providers: [
    httpSettingsProvider,
    ApiKeys,
    TokenVerifier,
    ConsoleSessions,
    SignInHandler,
    LocalTrust,
    Authenticator,
    RunAuthenticator,
    UploadBlobHandler,
    ReadBlobHandler,
    PruneBlobsSweep,
    Exposure,
    SubmitJobHandler,
    JobFinder,
    ReadJobsHandler,
    ApprovalsHandler,
    ApprovalStreams,
    SlackCallbackHandler,
    ReviewsHandler,
    checkSettingsProvider,
    CheckFailureLog,
    CheckPolicyHandler,
    PolicyEvaluator,
    ReplayPolicyHandler,
    RefusalLog,
    PruneSweep,
  ],
})
export class GatewayModule {}
