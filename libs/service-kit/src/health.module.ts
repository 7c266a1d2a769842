import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  ServiceUnavailableException,
  type DynamicModule,
} from '@nestjs/common';
import type { ServiceConnections } from './connections.js';
import type { HealthDetails } from './health-details.js';
import { HEALTH_DETAILS } from './tokens.js';

const CONNECTIONS = 'countersign:connections';

/** Whether this process lives, and whether it can work. For services without an HTTP interface of their own. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CONNECTIONS) private readonly connections: readonly ServiceConnections[],
    @Inject(HEALTH_DETAILS) private readonly details: HealthDetails,
  ) {}

  @Get('live')
  @HttpCode(200)
  live(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready: the broker is connected and the database answers. Otherwise 503 with what is missing. Adds the details. */
  @Get('ready')
  async ready(): Promise<{ status: string }> {
    for (const { service, main, database, road } of this.connections) {
      if (!main.isConnected)
        throw new ServiceUnavailableException({ status: 'unavailable', service, part: 'broker' });
      try {
        await database.query('SELECT 1');
        await road.api?.query('SELECT 1');
      } catch (cause) {
        throw new ServiceUnavailableException(
          { status: 'unavailable', service, part: 'database' },
          { cause },
        );
      }
    }
    return { status: 'ok', ...this.details.collect() };
  }
}

/** Health routes for a process. */
@Module({})
export class HealthModule {
  static of(connections: readonly ServiceConnections[]): DynamicModule {
    return {
      module: HealthModule,
      controllers: [HealthController],
      providers: [{ provide: CONNECTIONS, useValue: connections }],
    };
  }
}
