import { Module } from '@nestjs/common';
import { ScanBlobsSweep } from './blob/scan-blobs.sweep.js';
import { ConfirmQuarantineConsumer } from './confirm/confirm-quarantine.consumer.js';
import { outputPolicyAskerProvider } from './consult/output-policy-asker.js';
import { QuarantineKeyCheck } from './quarantine/quarantine-key.js';
import { ReleaseOutputsConsumer } from './release/release-outputs.consumer.js';
import { ScanResultsConsumer } from './scan/scan-results.consumer.js';
import { ScannerSweeps } from './sweep/scanner.sweeps.js';
import { ScanPoolEnd, scanPoolProvider } from './thread/scan-pool.provider.js';

/** The output scanner. Its road, sweeper and settings come from the process that hosts it. */
@Module({
  controllers: [ScanResultsConsumer, ReleaseOutputsConsumer, ConfirmQuarantineConsumer],
  providers: [
    ScanBlobsSweep,
    ScannerSweeps,
    QuarantineKeyCheck,
    outputPolicyAskerProvider,
    scanPoolProvider,
    ScanPoolEnd,
  ],
})
export class OutputScannerModule {}
