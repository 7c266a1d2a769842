import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { PLATFORM_CONFIG, type PlatformConfig } from '@countersign/service-kit';
import { ScanPool, usualPool } from './scan-pool.js';

/** Injection token of the {@link ScanPool}. */
export const SCAN_POOL = 'countersign:output-scanner:scan-pool';

export const scanPoolProvider: Provider = {
  provide: SCAN_POOL,
  inject: [PLATFORM_CONFIG],
  useFactory: ({ scan }: PlatformConfig) => {
    const usual = usualPool();
    const { threads = usual.threads, cpuMsPerMiB = usual.budget.cpuMsPerMiB } = scan ?? {};
    return new ScanPool({ ...usual, threads, budget: { ...usual.budget, cpuMsPerMiB } });
  },
};

/** Ends the threads with the process. */
@Injectable()
export class ScanPoolEnd implements OnApplicationShutdown {
  constructor(@Inject(SCAN_POOL) private readonly pool: ScanPool) {}

  onApplicationShutdown(): Promise<void> {
    return this.pool.close();
  }
}
