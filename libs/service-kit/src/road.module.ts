import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { ServiceConnections } from './connections.js';
import { HealthDetails } from './health-details.js';
import { busOf, HEALTH_DETAILS, PLATFORM_CONFIG, roadOf, sweeperOf, type PlatformConfig } from './tokens.js';

/** Gives every service module of a process its own connections, by the tokens of `tokens.ts`. */
@Global()
@Module({})
export class RoadModule {
  /** Provides the platform's configuration and the connections of the services that this process runs. */
  static forServices(config: PlatformConfig, connections: readonly ServiceConnections[]): DynamicModule {
    const providers = [
      { provide: PLATFORM_CONFIG, useValue: config },
      { provide: HEALTH_DETAILS, useValue: new HealthDetails() },
      ...connections.flatMap(({ service, road, main, sweeper }) => [
        { provide: roadOf(service), useValue: road },
        { provide: busOf(service), useValue: main },
        { provide: sweeperOf(service), useValue: sweeper },
      ]),
    ];
    return { module: RoadModule, providers, exports: providers.map((provider) => provider.provide) };
  }
}
