import { Controller, Get, Inject, type BeforeApplicationShutdown } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Service } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { NoQuery } from '../http/no-query.decorator.js';
import { ApiProblems } from '../http/openapi.decorators.js';
import { ApiError } from '../http/problem.js';
import { Operation } from '../identity/operation.decorator.js';
import { CHECK_SETTINGS, type CheckSettings } from '../policy/check/check-settings.js';
import { checkReadiness } from './readiness.js';

const STATUS = { status: { type: 'string', enum: ['ok'] } };
const OK = { type: 'object', properties: STATUS };
const CHECK = {
  type: 'object',
  properties: { environment: { type: 'string' }, fail_mode: { type: 'string', enum: ['deny', 'allow'] } },
};
const READY = { type: 'object', properties: { ...STATUS, policy_check: CHECK } };

/** The probes. They ask for no caller and tell of no tenant: yes or no, and what a check without an answer is taken for. */
@ApiTags('health')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(CHECK_SETTINGS) private readonly checks: CheckSettings,
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
  @ApiOkResponse({ schema: READY })
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
    const { environment, failMode } = this.checks;
    return { status: 'ok', policy_check: { environment, fail_mode: failMode } };
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }
}
