import { Service } from '@countersign/contracts';
import { type ServiceMigrations } from '@countersign/persistence';
import { CreateVerdicts1764000000000 } from './migrations/create-verdicts.migration.js';
import { KeyQuarantine1764400000000 } from './migrations/key-quarantine.migration.js';
import { ScanPolicy1764500000000 } from './migrations/scan-policy.migration.js';
import { QueueBlobScans1764600000000 } from './migrations/queue-blob-scans.migration.js';
import { NameBlobRuns1764700000000 } from './migrations/name-blob-runs.migration.js';

export { outputScannerFlow } from './output-scanner.flow.js';
export { OutputScannerModule } from './output-scanner.module.js';
// What the module runs, for tests that run it without the module.
export { ScanBlobsSweep } from './blob/scan-blobs.sweep.js';
export { scanStream } from './blob/scan-stream.js';
export { ConfirmQuarantineConsumer } from './confirm/confirm-quarantine.consumer.js';
export { PolicyUnavailable, type AskOutputPolicy, type ResultQuestion } from './consult/ask-output-policy.js';
export { outputPolicyAsker } from './consult/output-policy-asker.js';
export { checkQuarantineKey } from './quarantine/quarantine-key.js';
export { scanInline } from './examine/inline-scan.js';
export { ReleaseOutputsConsumer } from './release/release-outputs.consumer.js';
export { ScanResultsConsumer } from './scan/scan-results.consumer.js';
export { ScanPool, usualPool, type ScanPoolOptions } from './thread/scan-pool.js';
export { forgetTold, giveUpUnanswered, UNANSWERED } from './sweep/give-up-unanswered.js';
export { REVIEW_DAYS, sweepUnconfirmed, UNCONFIRMED, withholdOverdue } from './sweep/sweep-quarantine.js';

/** The tables of the output scanner. */
export const migrations: ServiceMigrations = {
  service: Service.OutputScanner,
  migrations: [
    CreateVerdicts1764000000000,
    KeyQuarantine1764400000000,
    ScanPolicy1764500000000,
    QueueBlobScans1764600000000,
    NameBlobRuns1764700000000,
  ],
};
