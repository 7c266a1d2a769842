import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { CodedError, sha256Digest } from '@countersign/kernel';
import { readNamedSecret } from '@countersign/messaging';
import { Road, roadOf, Sweeper, sweeperOf } from '@countersign/service-kit';
import { REFUSALS } from '../approvals/approval-refusals.js';
import { ApprovalsHandler } from '../approvals/approvals.handler.js';
import { PROBLEMS, isProblemCode, type ProblemCode } from '../http/problem-codes.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { Caller } from '../identity/caller.js';
import { RefusalLog } from '../refusals/refusal-log.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { forgetSignatures, takeSignature } from './signature.store.js';
import { readInteraction, type SlackAnswer, type SlackInteraction } from './slack-interaction.js';
import { signedAtSec, type SignedRequest } from './slack-signature.js';
import type { SlackWorkspace } from './slack-workspaces.js';
import { tellPresser } from './tell-presser.js';

/** Milliseconds between two looks at signatures of which nobody has to know any more. */
const FORGET_EVERY_MS = 60_000;

/** Characters of a signing secret at least; those of Slack have 32. */
const LEAST_SECRET = 16;

/** What is said to who has pressed a button; sentences of ours alone. Undefined where there is nothing to say. */
export type SlackReply = string | undefined;

const UNKNOWN_USER = 'Nobody here knows you as a reviewer. Open the console.';

/** Takes answers that people give by buttons of a chat, as the votes that they are. */
@Injectable()
export class SlackCallbackHandler implements OnApplicationBootstrap {
  private readonly logger = new Logger('callbacks');
  private readonly workspaces: readonly (SlackWorkspace & { readonly secret: string })[];

  constructor(
    @Inject(HTTP_SETTINGS) settings: Pick<HttpSettings, 'slack'>,
    @Inject(roadOf(Service.Gateway)) private readonly road: Pick<Road, 'database'>,
    @Inject(sweeperOf(Service.Gateway)) private readonly sweeper: Pick<Sweeper, 'every'>,
    private readonly approvals: ApprovalsHandler,
    private readonly refusals: RefusalLog,
  ) {
    this.workspaces = settings.slack.map((workspace) => ({
      ...workspace,
      secret: signingSecretOf(workspace),
    }));
  }

  onApplicationBootstrap(): void {
    if (this.workspaces.length > 0)
      this.sweeper.every('callback signatures', FORGET_EVERY_MS, () => forgetSignatures(this.road.database));
  }

  /**
   * Answers one callback. Throws `invalid_credentials` unless it is signed by a workspace for now and for the first time,
   * and of people of that workspace. What the platform refuses of the vote itself is said to who has pressed the button.
   */
  async handle(request: SignedRequest, trace: RequestTrace): Promise<SlackReply> {
    const signed = this.workspaces.flatMap((workspace) => {
      const atSec = signedAtSec(request, workspace.secret);
      return atSec === undefined ? [] : [{ workspace, atSec }];
    });
    const [first] = signed;
    if (first === undefined) throw this.refuse('signature');
    const interaction = readInteraction(request.body);
    if (interaction === undefined)
      throw new ApiError('invalid_field', 'This is no interaction that is known here.', { pointer: '' });
    const { teamId, userTeamId } = interaction;
    const workspace = signed.find((one) => one.workspace.teamId === teamId)?.workspace;
    if (workspace === undefined || userTeamId !== teamId) throw this.refuse('workspace');
    const digest = sha256Digest(request.signature ?? '');
    if (!(await takeSignature(this.road.database, digest, first.atSec))) throw this.refuse('age or replay');
    const { answer } = interaction;
    if (answer === null) return undefined;
    const reply = await this.vote(workspace, interaction, answer, { trace, body: request.body });
    void tellPresser(workspace, interaction.responseUrl, reply).catch((error: unknown) =>
      this.logger.warn({ message: 'who pressed a button was not told', error: String(error) }),
    );
    return reply;
  }

  private async vote(
    { reviewers }: SlackWorkspace,
    { userId }: SlackInteraction,
    { job_id: jobId, job_hash, kind, vote }: SlackAnswer,
    { trace, body }: { readonly trace: RequestTrace; readonly body: Uint8Array },
  ): Promise<string> {
    const caller = reviewers.get(userId);
    const record = (code: ProblemCode, by: Caller | null) =>
      this.refusals.record({
        what: 'callback',
        code,
        pointer: null,
        caller: by,
        target: jobId,
        traceId: trace.traceId,
        bodySha256: sha256Digest(body),
      });
    if (caller === undefined) {
      record('role_required', null);
      return UNKNOWN_USER;
    }
    const note = `Answered in a chat by its user ${userId}.`;
    try {
      const cast = { jobId, vote, kind, note, expected_job_hash: job_hash };
      return wordsOf(await this.approvals.vote(cast, caller, trace));
    } catch (error) {
      const code = error instanceof CodedError ? error.code : '';
      if (!isProblemCode(code) || PROBLEMS[code].status >= 500 || !(code in REFUSALS)) throw error;
      record(code, caller);
      return code === 'confirmation_required'
        ? 'This can not be approved from here: open the console and type the name of the action.'
        : REFUSALS[code as keyof typeof REFUSALS];
    }
  }

  /** One answer for everything that is wrong with who is asking; what it was is for the log. */
  private refuse(why: string): ApiError {
    this.logger.warn({ message: 'a callback was refused', why });
    return new ApiError('invalid_credentials', 'The signature of the callback is not accepted.');
  }
}

/** Throws where the file has none: with an empty one anybody could sign. */
function signingSecretOf({ secretFile, teamId }: SlackWorkspace): string {
  const secret = readNamedSecret(secretFile);
  if (secret.length >= LEAST_SECRET) return secret;
  throw new CodedError('invalid_config', `the signing secret of the workspace ${teamId} is too short`);
}

function wordsOf({ state }: { readonly state?: unknown }): string {
  if (state === 'GRANTED') return 'Approved.';
  if (state === 'REJECTED') return 'Denied.';
  return 'Your vote is counted; more are wanted.';
}
