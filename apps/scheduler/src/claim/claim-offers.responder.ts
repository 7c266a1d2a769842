import { Controller, Inject } from '@nestjs/common';
import { ClaimRequest, parseBody, Service, Subjects, type ClaimAnswer } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { jobRulesOf, type JobRules } from '../job/job-rules.js';
import { loadBook } from '../job/load-book.js';
import { saveBook } from '../job/save-book.js';
import { malformed, type Malformed } from '../malformed.js';
import { signAnswers, type UnsignedAnswer } from '../warrant/sign-answers.js';
import { loadBases } from '../warrant/stored-basis.js';
import { WarrantKeys } from '../warrant/warrant-keys.js';
import { claimOffer, type Claim } from './claim-offer.js';
import { newLeaseIds } from './lease-ids.js';

type Answered = { readonly ok: true; readonly answers: readonly ClaimAnswer[] };
type Reading = { readonly ok: true; readonly claims: readonly Claim[] } | Malformed;

/**
 * `claim.<pool>`: any number of claims of any number of workers in one transaction, answered after its commit. The
 * warrants are signed in between, when no lock is held: a crash before the answer loses the answer alone, and the
 * claim is repeated with its nonce.
 */
@Controller()
export class ClaimOffersResponder {
  private readonly rules: JobRules;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
    private readonly keys: WarrantKeys,
  ) {
    this.rules = jobRulesOf(config);
  }

  @Respond(Subjects.claim.filter())
  async handle(batch: readonly BusRequest[]): Promise<readonly (Answered | Malformed)[]> {
    const requests = batch.map(readClaims);
    const claims = requests.flatMap((read) => (read.ok ? read.claims : []));
    const unsigned = claims.length > 0 ? await this.settle(claims) : [];
    const answers = signAnswers(unsigned, this.keys.signer);
    return requests.map((read) =>
      read.ok ? { ok: true, answers: answers.splice(0, read.claims.length) } : read,
    );
  }

  /** One answer per claim, in order, committed. */
  private settle(claims: readonly Claim[]): Promise<UnsignedAnswer[]> {
    const jobIds = [...new Set(claims.map((claim) => claim.jobId))];
    return this.road.run(async (work) => {
      // Begun in this order and sent together: the rows are looked at again when their locks are held.
      const [loaded, stored] = await Promise.all([
        loadBook(work, jobIds, this.rules),
        loadBases(work, jobIds),
      ]);
      const answers = claims.map((claim) =>
        claimOffer(loaded.book, stored, claim, newLeaseIds, this.rules.seals),
      );
      await saveBook(work, loaded);
      return answers;
    });
  }
}

function readClaims(request: BusRequest): Reading {
  const pool = Subjects.claim.parse(request.subject)?.pool;
  const parsed = parseBody(ClaimRequest, request.data);
  if (!parsed.ok) return malformed(parsed.problem);
  if (pool === undefined) return malformed({ code: 'topic_mismatch', pointer: '' });
  const { worker_id: workerId, claims } = parsed.value;
  return {
    ok: true,
    claims: claims.map(({ job_id: jobId, attempt, nonce }) => ({ pool, workerId, jobId, attempt, nonce })),
  };
}
