import { Inject, Injectable, Logger } from '@nestjs/common';
import { Service, Subjects, VerifiedBy } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, Road, roadOf } from '@countersign/service-kit';
import { importPublicKeys, MAX_WARRANT_LENGTH, readWarrant, type WarrantCheck } from '@countersign/warrant';
import { ApiError } from '../http/problem.js';
import { Role, type Caller } from '../identity/caller.js';
import type { RequestOrigin } from '../identity/local-caller.js';

type Keys = NonNullable<Awaited<ReturnType<typeof importPublicKeys>>>;

/** How old the scheduler's keys may be, in milliseconds: a revoked key is refused after that at the latest. */
const MAX_AGE_MS = 300_000;
/** Least time between two questions, in milliseconds: warrants that name made-up keys flood nobody. */
const ASK_EVERY_MS = 3_000;
const ANSWER_TIMEOUT_MS = 2_000;
/** RFC 6750, with the characters of a compact JWS. */
const BEARER = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

/** Finds out which run makes a request, by the warrant that it was begun with. Nothing else is taken from a request. */
@Injectable()
export class RunAuthenticator {
  private readonly logger = new Logger('gateway warrants');
  private keys: Keys | undefined;
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private asking: Promise<void> | undefined;

  constructor(
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
  ) {}

  /**
   * The run of a warrant, with its tenant. Throws `unauthenticated`, `invalid_credentials`, or `identity_unavailable`
   * when the scheduler's keys can't be had.
   */
  async identify({ headers }: Pick<RequestOrigin, 'headers'>): Promise<Caller> {
    const sent = headers['authorization'];
    if (sent === undefined)
      throw new ApiError('unauthenticated', 'Send the warrant of the run: Authorization: Bearer.');
    const token = BEARER.exec(sent.length === 1 ? sent[0]! : '')?.[1];
    if (token === undefined || token.length > MAX_WARRANT_LENGTH)
      throw new ApiError('invalid_credentials', 'Authorization must be sent once, as Bearer and a warrant.');
    const check = await this.check(token);
    if (!check.ok) throw new ApiError('invalid_credentials', 'This is no warrant that holds now.');
    const { tenant_id: tenant, job_id: jobId, attempt, run_id: runId } = check.claims;
    return {
      name: `run:${runId}`,
      tenant,
      roles: [Role.Worker],
      groups: [],
      agents: [],
      by: VerifiedBy.Token,
      isProgram: true,
      credential: `run ${runId}`,
      run: { jobId, attempt, runId },
    };
  }

  private async check(token: string): Promise<WarrantCheck> {
    if (!this.isFresh) await this.ask();
    const first = await this.read(token);
    if (first.ok || first.code !== 'warrant_unknown_key') return first;
    await this.ask();
    return this.read(token);
  }

  /** By the database's clock, which warrants are dated by. */
  private async read(token: string): Promise<WarrantCheck> {
    if (!this.isFresh || this.keys === undefined)
      throw new ApiError('identity_unavailable', 'the keys of warrants could not be asked for');
    const [time] = await this.road.database.query<{ ms: number }>(
      `SELECT floor(date_part('epoch', now()) * 1000)::float8 AS ms`,
    );
    const now = time?.ms ?? Number.NaN;
    return readWarrant(token, { earliestMs: now, latestMs: now }, (kid) => this.keys?.get(kid));
  }

  private get isFresh(): boolean {
    return performance.now() - this.heardAtMs < MAX_AGE_MS;
  }

  private ask(): Promise<void> {
    if (this.asking) return this.asking;
    if (performance.now() - this.askedAtMs < ASK_EVERY_MS) return Promise.resolve();
    this.askedAtMs = performance.now();
    this.asking = this.hear().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async hear(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      const keys = await importPublicKeys(
        await this.bus.request(Subjects.queryJwks.address({}), {}, ANSWER_TIMEOUT_MS),
      );
      if (keys === undefined) throw new Error('the answer holds no keys');
      this.keys = keys;
      this.heardAtMs = askedAtMs;
    } catch (error) {
      this.logger.warn({ message: 'the keys of warrants could not be asked for', error: String(error) });
    }
  }
}
