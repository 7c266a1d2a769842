import { Module } from '@nestjs/common';
import { ReleaseOutputsConsumer } from './release/release-outputs.consumer.js';
import { ScanResultsConsumer } from './scan/scan-results.consumer.js';

/** The output scanner. Its road and settings come from the process that hosts it. */
@Module({ controllers: [ScanResultsConsumer, ReleaseOutputsConsumer] })
export class OutputScannerModule {}
