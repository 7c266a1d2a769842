import { Module } from '@nestjs/common';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ApprovalsHandler } from './approvals/approvals.handler.js';
import { CancelJobController } from './cancel/cancel-job.controller.js';
import { EndJobsConsumer } from './ended/end-jobs.consumer.js';
import { HealthController } from './health/health.controller.js';
import { ApiKeys } from './identity/api-keys/api-keys.js';
import { Authenticator } from './identity/authenticator.js';
import { Exposure } from './identity/exposure.js';
import { LocalTrust } from './identity/local-trust.js';
import { TokenVerifier } from './identity/tokens/token-verifier.js';
import { PruneSweep } from './intake/prune.sweep.js';
import { JobFinder } from './read/job-finder.js';
import { ReadJobsController } from './read/read-jobs.controller.js';
import { ReadJobsHandler } from './read/read-jobs.handler.js';
import { RefusalLog } from './refusals/refusal-log.js';
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
    ApprovalsController,
    AuditController,
    WarrantKeysController,
    HealthController,
    EndJobsConsumer,
  ],
  providers: [
    httpSettingsProvider,
    ApiKeys,
    TokenVerifier,
    LocalTrust,
    Authenticator,
    Exposure,
    SubmitJobHandler,
    JobFinder,
    ReadJobsHandler,
    ApprovalsHandler,
    RefusalLog,
    PruneSweep,
  ],
})
export class GatewayModule {}
