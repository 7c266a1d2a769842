import { Module } from '@nestjs/common';
import { ConfirmQuarantineConsumer } from './confirm/confirm-quarantine.consumer.js';
import { ReleaseOutputsConsumer } from './release/release-outputs.consumer.js';
import { ScanResultsConsumer } from './scan/scan-results.consumer.js';
import { ScannerSweeps } from './sweep/scanner.sweeps.js';

/** The output scanner. Its road, sweeper and settings come from the process that hosts it. */
@Module({
  controllers: [ScanResultsConsumer, ReleaseOutputsConsumer, ConfirmQuarantineConsumer],
  providers: [ScannerSweeps],
})
export class OutputScannerModule {}
