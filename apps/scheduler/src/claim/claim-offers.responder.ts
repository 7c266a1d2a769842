import { Controller, Inject } from '@nestjs/common';
import { ClaimRequest, parseBody, Service, Subjects, type ClaimAnswer } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { loadBook, type PoolOf } from '../job/load-book.js';
import { poolOfTopology } from '../job/pool-of.js';
import { saveBook } from '../job/save-book.js';
import { malformed, type Malformed } from '../malformed.js';
import { claimOffer, type Claim } from './claim-offer.js';
import { newLeaseIds } from './lease-ids.js';

type Reply = { readonly ok: true; readonly answers: readonly ClaimAnswer[] } | Malformed;

/** `claim.<pool>`: any number of claims of any number of workers in one transaction, answered after its commit. */
@Controller()
export class ClaimOffersResponder {
  private readonly poolOf: PoolOf;

  constructor(
    @Inject(roadOf(Service.Scheduler)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.poolOf = poolOfTopology(config.topology);
  }

  @Respond(Subjects.claim.filter())
  async handle(batch: readonly BusRequest[]): Promise<readonly Reply[]> {
    const requests = batch.map(readClaims);
    const jobIds = requests.flatMap((read) => (read.ok ? read.claims.map((claim) => claim.jobId) : []));
    if (jobIds.length === 0) return requests.map((read) => (read.ok ? { ok: true, answers: [] } : read));
    return this.road.run(async (work) => {
      const loaded = await loadBook(work, jobIds, this.poolOf);
      const replies = requests.map((read): Reply => {
        if (!read.ok) return read;
        return { ok: true, answers: read.claims.map((claim) => claimOffer(loaded.book, claim, newLeaseIds)) };
      });
      await saveBook(work, loaded);
      return replies;
    });
  }
}

function readClaims(
  request: BusRequest,
): { readonly ok: true; readonly claims: readonly Claim[] } | Malformed {
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
