import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Subjects } from '@countersign/contracts';
import { NoQuery } from '../../http/no-query.decorator.js';
import { ApiProblems } from '../../http/openapi.decorators.js';
import { BodyBytes } from '../../http/read-json.js';
import type { RequestTrace } from '../../http/request-trace.js';
import { Trace } from '../../http/trace.decorator.js';
import type { Caller } from '../../identity/caller.js';
import { Operation } from '../../identity/operation.decorator.js';
import { VerifiedCaller } from '../../identity/request-context.js';
import { documented, readBody } from '../../http/schema-body.js';
import { ExplainBody, SimulateBody } from '../policy-bodies.js';
import { PolicyEvaluator } from '../policy-evaluator.js';
import { ExplanationDto, SimulationDto } from '../policy.dto.js';

const verified = ({ name, tenant, by }: Caller) => ({ caller: name, tenant_id: tenant, by });

/** `POST /api/v1/policy/explain` and `/simulate`. */
@ApiTags('policy')
@Controller('api/v1/policy')
export class AskPolicyController {
  constructor(private readonly evaluator: PolicyEvaluator) {}

  @Post('explain')
  @HttpCode(200)
  @Operation('explainPolicy', 'Of each rule, whether it matches a job or the first condition that fails')
  @ApiBody({ schema: documented(ExplainBody) })
  @ApiOkResponse({ type: ExplanationDto })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 503)
  explain(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    const { job, ...rest } = readBody(ExplainBody, body);
    const about = { ...rest, ...(job === undefined ? {} : { request: job }) };
    const question = { verified: verified(caller), whole: this.evaluator.isOfPlatform(caller), ...about };
    return this.evaluator.ask(Subjects.queryPolicyExplain, question, trace);
  }

  @Post('simulate')
  @HttpCode(200)
  @Operation('simulatePolicy', 'What another policy would decide about a job, beside the active one')
  @ApiBody({ schema: documented(SimulateBody) })
  @ApiOkResponse({ type: SimulationDto })
  @ApiProblems(400, 401, 403, 404, 409, 413, 415, 422, 503)
  simulate(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    const { job, files, ...rest } = readBody(SimulateBody, body);
    const about = { ...rest, ...(files === undefined ? {} : { sources: files }) };
    const question = { verified: verified(caller), request: job, ...about };
    return this.evaluator.ask(Subjects.queryPolicySimulate, question, trace);
  }
}
