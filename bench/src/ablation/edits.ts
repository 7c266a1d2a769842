import { HEARTBEAT_SEC, LEASE_MS } from '@countersign/contracts';
import type { Ablation } from './ablation.js';

/** Replaces one text that stands once in a built file. */
export interface Edit {
  /** Path from the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

const JOB_BOOK = 'apps/scheduler/dist/job/job-book.js';
const JOB_MACHINE = 'apps/scheduler/dist/job/job.machine.js';
const ATTEMPT_STEPS = 'apps/scheduler/dist/job/attempt-steps.js';
const CLAIM_OFFER = 'apps/scheduler/dist/claim/claim-offer.js';
const CLAIM_RESPONDER = 'apps/scheduler/dist/claim/claim-offers.responder.js';
const SIGN_ANSWERS = 'apps/scheduler/dist/warrant/sign-answers.js';
const CLAIM_DESK = 'libs/worker/dist/claim-desk.js';
const CHECK_WARRANTS = 'libs/worker/dist/check-warrants.js';
const RUN_WORKER = 'libs/worker/dist/run-worker.js';
const BROKER_ACCOUNTS = 'libs/contracts/dist/broker-accounts.js';
const RESPONDER = 'libs/messaging/dist/respond/batch-responder.js';

/** The worker that every offer is leased to. */
export const WORKER_ID = 'bench-worker';
/** Stands in an attempt that was leased without a claim, where the worker's nonce stands otherwise. */
export const UNCLAIMED_NONCE = 'leased-with-the-offer';

/**
 * The lease of an offer as an expression over its job id, for scheduler and worker alike: without a claim, nothing is
 * said from which the worker could learn it. Jobs of the benchmark have one attempt, so ids are unique.
 */
const lease = (jobId: string) =>
  `leaseId: ${jobId}, runId: 'run_20260101T000000Z_' + Buffer.from(${jobId}).toString('hex').slice(-8)`;

const OFFER_STEP = 'this.apply(jobId, { by: JobEvent.Offer, pool }, cause);';
const CLOSE_OFFER = "effects: [{ kind: 'offer_closed', attempt: attempt.attempt }],";

const EDITS: Readonly<Record<Ablation, readonly Edit[]>> = {
  claim: [
    edit(
      JOB_BOOK,
      OFFER_STEP,
      `${OFFER_STEP}
       this.apply(jobId, { by: JobEvent.Claim, workerId: '${WORKER_ID}', nonce: '${UNCLAIMED_NONCE}', ${lease('jobId')} }, cause);`,
    ),
    // The offer is repeated until something answers it: the result, as there is no claim.
    edit(ATTEMPT_STEPS, CLOSE_OFFER, ''),
    edit(JOB_MACHINE, 'to: JobState.Scanning,', `to: JobState.Scanning, ${CLOSE_OFFER}`),
    edit(
      CLAIM_DESK,
      'async claim(offers) {',
      `async claim(offers) {
        const now = this.clock.now();
        return offers.map((offer) => {
          if (offer.job === undefined) return { kind: 'refused', code: 'digest_mismatch' };
          const { leaseId, runId } = { ${lease('offer.jobId')} };
          const grant = {
            ok: true, job_id: offer.jobId, attempt: offer.attempt, run_id: runId, constraints: {},
            lease: { id: leaseId, epoch: offer.attempt, duration_ms: ${LEASE_MS} },
            server_time: '', heartbeat_sec: ${HEARTBEAT_SEC},
          };
          return { kind: 'granted', grant, job: offer.job, sentAtMs: now, askedAtMs: now };
        });
      }
      async claimByRequest(offers) {`,
    ),
  ],
  warrant: [
    edit(CLAIM_RESPONDER, 'loadBases(work, jobIds),', ''),
    edit(
      CLAIM_OFFER,
      'judgeBasis(entry.job, stored.get(claim.jobId), seals)',
      '{ ok: true, basis: undefined }',
    ),
    edit(
      CLAIM_OFFER,
      'warrantOf(entry, basis)',
      '{ lease_id: attempt.leaseId, epoch: attempt.epoch, run_id: attempt.runId }',
    ),
    edit(SIGN_ANSWERS, 'signer.sign(answer.warrant)', 'null'),
    edit(CLAIM_DESK, 'if (!(await this.keys.ready()))', 'if (false)'),
    edit(
      CHECK_WARRANTS,
      'const isUnknown = ({ grant }) => {',
      `return granted.map(() => 'holds');
       const isUnknown = ({ grant }) => {`,
    ),
  ],
  accounts: [
    edit(BROKER_ACCOUNTS, "(user === PROVISIONER_USER ? '$JS.API' : 'CORE.API')", "'$JS.API'"),
    edit(RUN_WORKER, "apiPrefix: 'CORE.API'", "apiPrefix: '$JS.API'"),
    // Between accounts the broker makes the reply subjects; in one account they are the asker's own.
    edit(RESPONDER, "const REPLY_PREFIX = '_R_.';", "const REPLY_PREFIX = '_INBOX_';"),
  ],
};

/** The edits of built files that make the road go without these. */
export function editsFor(without: readonly Ablation[]): readonly Edit[] {
  const asked = without.includes('claim') ? without.filter((ablation) => ablation !== 'warrant') : without;
  return asked.flatMap((ablation) => EDITS[ablation]);
}
