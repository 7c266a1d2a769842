import { Controller, Get, Inject, type BeforeApplicationShutdown } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Service } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { ApiError } from '../http/problem.js';
import { Operation } from '../identity/operation.decorator.js';
import { checkReadiness } from './readiness.js';

const OK = { type: 'object', properties: { status: { type: 'string', enum: ['ok'] } } };

/** The probes. They ask for no caller and tell nothing but yes or no. */
@ApiTags('health')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
  ) {}

  @Get('live')
  @Operation('live', 'The process runs')
  @ApiOkResponse({ schema: OK })
  @ApiProblems(400)
  live(@NoQuery() _query: undefined) {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation('ready', 'The database and the broker answer')
  @ApiOkResponse({ schema: OK })
  @ApiProblems(400, 503)
  async ready(@NoQuery() _query: undefined) {
    const checks = await checkReadiness(
      async () => {
        await this.road.database.query('SELECT 1');
        await this.road.api?.query('SELECT 1');
      },
      // A broker that stands still keeps its connections: only an answer shows that it works.
      async () => {
        if (!this.bus.isConnected) throw new ApiError('unavailable', 'the bus is not connected');
        await this.bus.flush();
      },
    );
    if (this.stopping || !checks.database || !checks.bus)
      throw new ApiError('unavailable', 'not ready', {}, { checks });
    return { status: 'ok' };
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }
}
