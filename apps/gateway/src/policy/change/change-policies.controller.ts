import { Controller, HttpCode, Param, Post } from '@nestjs/common';
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
import { ActivateBody, PushBody } from '../policy-bodies.js';
import { PolicyEvaluator } from '../policy-evaluator.js';
import { PolicyHashPipe } from '../policy-hash.pipe.js';
import { ActivatedPolicyDto, PushedPolicyDto } from '../policy.dto.js';

const verified = ({ name, tenant }: Caller) => ({ by: name, tenant_id: tenant });

/** `POST /api/v1/policies…`: the policy changes. All tenants share it, so only the platform's own changes it. */
@ApiTags('policy')
@Controller('api/v1/policies')
export class ChangePoliciesController {
  constructor(private readonly evaluator: PolicyEvaluator) {}

  @Post()
  @HttpCode(200)
  @Operation('pushPolicy', 'Keeps a policy that loads and whose tests pass; it decides nothing yet')
  @ApiBody({ schema: documented(PushBody) })
  @ApiOkResponse({ type: PushedPolicyDto })
  @ApiProblems(400, 401, 403, 413, 415, 422, 503)
  push(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    this.evaluator.mayChange(caller);
    const { files } = readBody(PushBody, body);
    const command = { verified: verified(caller), sources: files };
    return this.evaluator.ask(Subjects.commandPolicyPush, command, trace);
  }

  @Post('rollback')
  @HttpCode(200)
  @Operation('rollbackPolicy', 'Puts the policy back into force that was before')
  @ApiBody({ schema: documented(ActivateBody), required: false })
  @ApiOkResponse({ type: ActivatedPolicyDto })
  @ApiProblems(400, 401, 403, 409, 415, 422, 503)
  rollBack(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    this.evaluator.mayChange(caller);
    const command = { verified: verified(caller), ...readBody(ActivateBody, body) };
    return this.evaluator.ask(Subjects.commandPolicyRollback, command, trace);
  }

  @Post(':hash/activate')
  @HttpCode(200)
  @Operation('activatePolicy', 'Puts a policy into force')
  @ApiBody({ schema: documented(ActivateBody), required: false })
  @ApiOkResponse({ type: ActivatedPolicyDto })
  @ApiProblems(400, 401, 403, 404, 409, 415, 422, 503)
  activate(
    @NoQuery() _query: undefined,
    @VerifiedCaller() caller: Caller,
    @Trace() trace: RequestTrace,
    @Param('hash', PolicyHashPipe) snapshot: string,
    @BodyBytes() body: Uint8Array,
  ): Promise<object> {
    this.evaluator.mayChange(caller);
    const command = { verified: verified(caller), snapshot, ...readBody(ActivateBody, body) };
    return this.evaluator.ask(Subjects.commandPolicyActivate, command, trace);
  }
}
