import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Subjects } from '@countersign/contracts';
import { CheckedPipe } from '../../http/checked.pipe.js';
import { NoQuery } from '../../http/no-query.decorator.js';
import { ApiProblems } from '../../http/openapi.decorators.js';
import type { RequestTrace } from '../../http/request-trace.js';
import { Trace } from '../../http/trace.decorator.js';
import type { Caller } from '../../identity/caller.js';
import { Operation } from '../../identity/operation.decorator.js';
import { VerifiedCaller } from '../../identity/request-context.js';
import { PolicyEvaluator } from '../policy-evaluator.js';
import { PolicyHashPipe } from '../policy-hash.pipe.js';
import { PolicyPageDto, WholePolicyDto } from '../policy.dto.js';
import { PolicyListQuery } from './policy-list.query.js';

/** `GET /api/v1/policies…`: every version of the policy. */
@ApiTags('policy')
@Controller('api/v1/policies')
export class ReadPoliciesController {
  constructor(private readonly evaluator: PolicyEvaluator) {}

  @Get()
  @Operation('listPolicies', 'Every version of the policy, the newest first')
  @ApiOkResponse({ type: PolicyPageDto })
  @ApiProblems(400, 401, 403, 503)
  async list(
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Query(new CheckedPipe()) { limit, after }: PolicyListQuery,
  ): Promise<object> {
    const question = { tenant_id: caller.tenant, limit, ...(after === undefined ? {} : { after }) };
    const { items, next } = await this.evaluator.ask(Subjects.queryPolicySnapshots, question, trace);
    return { items, next };
  }

  @Get('active')
  @Operation('getActivePolicy', 'The policy that decides, and what is wrong with a newer one')
  @ApiOkResponse({ type: WholePolicyDto })
  @ApiProblems(400, 401, 403, 503)
  active(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
  ): Promise<object> {
    return this.show({}, caller, trace);
  }

  @Get(':hash')
  @Operation('getPolicy', 'One version of the policy with its rules')
  @ApiOkResponse({ type: WholePolicyDto })
  @ApiProblems(400, 401, 403, 404, 503)
  one(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('hash', PolicyHashPipe) snapshot: string,
  ): Promise<object> {
    return this.show({ snapshot }, caller, trace);
  }

  private async show(which: object, caller: Caller, trace: RequestTrace): Promise<object> {
    const question = { tenant_id: caller.tenant, whole: this.evaluator.isOfPlatform(caller), ...which };
    const { policy } = await this.evaluator.ask(Subjects.queryPolicySnapshot, question, trace);
    if (typeof policy !== 'object' || policy === null) throw new Error('an answer lacks its policy');
    return policy;
  }
}
