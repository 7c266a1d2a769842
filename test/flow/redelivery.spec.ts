import { AUDIT_CONSUMERS, CONSUMERS, EventType, type ConsumerSpec } from '@countersign/contracts';
import { newUlid, sha256Digest } from '@countersign/kernel';
import { describe, expect, it, vi } from 'vitest';
import { effectsOf, timesNoted } from './redelivery/effects-of.js';
import {
  BURIAL_HOPS,
  OFFER_HOP,
  QUARANTINE_HOPS,
  STOP_HOP,
  WRITE_HOPS,
  type Hop,
} from './redelivery/hops.js';
import { killAt } from './redelivery/kill-at.js';
import { sendOfferAgain } from './redelivery/send-offer-again.js';
import { BusProducer } from './support/bus-producer.js';
import { fullFile } from './support/full-file.js';
import { MODES, usePlatform } from './support/platform.js';

/** The offer is audited while the worker claims it. */
const NEAR_CLAIM = 'DISPATCH/audit-writer';

const UNTIL_OFFER = {
  decisions: 1,
  approvals: 1,
  attempts: 1,
  'job.v1': 1,
  'decision.v1': 1,
  'approval.resolved.v1': 1,
  'offer.v1': 1,
};
/** A write that was approved and ran. */
const WRITTEN = {
  ...UNTIL_OFFER,
  verdicts: 1,
  notes: 1,
  'result.v1': 1,
  'verdict.v1': 1,
  'output.v1': 1,
};
/** One whose claim was granted by a platform that died before it could say so: undone, and its outcome unknown. */
const NEVER_RUN = { ...UNTIL_OFFER, verdicts: 0, notes: 0 };

/** Each hop with the one that is tested after it, so that a process that starts again is ready to die there. */
const inTurn = (hops: readonly Hop[]) => hops.map((hop, i) => [hop.hop, hop, hops[i + 1]] as const);

describe.each(MODES)(
  'whoever is killed between commit and acknowledgement does everything once, %s (X04, H16)',
  (mode) => {
    const platform = usePlatform(mode, { ackWaitMs: 1_000 });

    it.each(inTurn(WRITE_HOPS))('%s, around an approved write', async (_name, hop, next) => {
      const { api } = platform();
      const note = newUlid();
      const ends =
        mode === 'standalone' && hop.hop === NEAR_CLAIM ? ['COMPLETED', 'TIMED_OUT'] : ['COMPLETED'];
      const job = await killAt(platform(), hop, next, async () => {
        const { job_id: id } = await api.submitSurely({
          topic: 'job.mcp-bridge.write.update_ticket',
          risk_tags: ['prod'],
          params: { note },
        });
        await api.resolve(id, 'approve');
        return api.reaches(id, ...ends);
      });
      const effects = await effectsOf(platform(), job.job_id);
      const notes = await timesNoted(platform(), note);
      expect({ ...effects, notes }).toEqual(job.state === 'COMPLETED' ? WRITTEN : NEVER_RUN);
      expect(await api.verifiedEntries()).toBeGreaterThan(0);
    });

    it.each(inTurn(QUARANTINE_HOPS))('%s, around a quarantine (O4)', async (_name, hop, next) => {
      const { api, workerDir } = platform();
      const request = await fullFile(workerDir);
      const job = await killAt(platform(), hop, next, async () => {
        const submitted = await api.submitSurely(request);
        await api.resolve(submitted.job_id, 'deny', 'output');
        await api.reaches(submitted.job_id, 'WITHHELD');
        return submitted;
      });
      expect(await effectsOf(platform(), job.job_id)).toEqual({
        decisions: 1,
        approvals: 1,
        attempts: 1,
        // What the scan said, and what the review made of it.
        verdicts: 2,
        'job.v1': 1,
        'decision.v1': 1,
        'offer.v1': 1,
        'result.v1': 1,
        'verdict.v1': 2,
        'approval.resolved.v1': 1,
      });
      expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
    });

    it.each(inTurn(BURIAL_HOPS))('%s, around a message that is no job', async (_name, hop, next) => {
      const { database } = platform();
      const body = `{ "no": "${newUlid()}"`;
      const buried = async () => {
        const { rows } = await database.query<{ dead_letter_id: string }>(
          'SELECT dead_letter_id FROM policy_evaluator.dead_letters WHERE body_sha256 = $1',
          [sha256Digest(body)],
        );
        return rows;
      };
      await killAt(platform(), hop, next, async () => {
        const producer = await BusProducer.connect(platform());
        expect(await producer.send('a', body)).toBe('stored');
        await producer.bus.close();
        await vi.waitFor(async () => expect(await buried()).not.toEqual([]), { timeout: 15_000 });
      });
      const letters = await buried();
      expect(letters).toHaveLength(1);
      const told = await database.query(
        'SELECT 1 FROM audit_writer.entries WHERE type = $1 AND text LIKE $2',
        [EventType.DeadLetter, `%${letters[0]!.dead_letter_id}%`],
      );
      expect(told.rowCount).toBe(1);
    });

    it(`${STOP_HOP.hop}, around a cancelled run`, async () => {
      const { api } = platform();
      const job = await killAt(platform(), STOP_HOP, undefined, async () => {
        const submitted = await api.submitSurely({
          topic: 'job.agent.exec.long',
          risk_tags: ['medium'],
          params: { command: ['sleep', '40'] },
        });
        await api.reaches(submitted.job_id, 'RUNNING');
        expect((await api.call('POST', `/api/v1/jobs/${submitted.job_id}/cancel`)).status).toBe(200);
        await api.reaches(submitted.job_id, 'CANCELLED');
        return submitted;
      });
      expect(await effectsOf(platform(), job.job_id)).toEqual({
        decisions: 1,
        approvals: 0,
        attempts: 1,
        verdicts: 1,
        'job.v1': 1,
        'decision.v1': 1,
        'offer.v1': 1,
        'control.stop.v1': 1,
        'result.v1': 1,
        'verdict.v1': 1,
      });
    });

    // In standalone the worker is the platform's own child, which a test can't hold up alone.
    it.runIf(mode === 'processes')('an offer that comes twice at once is run once', async () => {
      const { api, broker } = platform();
      const note = newUlid();
      const job = await api.submit({
        topic: 'job.mcp-bridge.write.update_ticket',
        risk_tags: ['prod'],
        params: { note },
      });
      platform().signal('worker', 'SIGSTOP');
      await api.resolve(job.job_id, 'approve');
      await api.reaches(job.job_id, 'DISPATCHED');
      await sendOfferAgain(platform(), 'dispatch.mcp.mcp-bridge.write.update_ticket');
      // Both are on the worker's connection, unread.
      await vi.waitFor(async () => expect(await broker.unacknowledged(OFFER_HOP.hop)).toBe(2));
      platform().signal('worker', 'SIGCONT');
      expect((await api.reaches(job.job_id, 'COMPLETED')).attempts).toHaveLength(1);
      await broker.settled();
      expect(await timesNoted(platform(), note)).toBe(1);
    });

    it(`${OFFER_HOP.hop}: a worker that is killed after its claim never runs the job twice, and the outcome is unknown`, async () => {
      const { api, database } = platform();
      const job = await killAt(platform(), OFFER_HOP, undefined, () =>
        api.submitSurely({ topic: 'job.mcp-bridge.read.list_tickets' }),
      );
      // The offer came again and was refused; what is left is a lease that nobody extends.
      const lapsed = await database.query(
        `UPDATE scheduler.attempts SET lease_expires_at = now() WHERE job_id = $1 AND state = 'RUNNING'`,
        [job.job_id],
      );
      expect(lapsed.rowCount).toBe(1);
      expect(await api.reaches(job.job_id, 'TIMED_OUT')).toMatchObject({
        reason_code: 'lease_expired',
        attempts: [{ attempt: 1, outcome: 'unknown' }],
      });
      await platform().broker.settled();
      const effects = await effectsOf(platform(), job.job_id);
      expect(effects).toMatchObject({ attempts: 1, verdicts: 0, 'offer.v1': 1 });
      expect(effects).not.toHaveProperty('result.v1');
    });
  },
);

it('every durable of the contract is killed at', () => {
  const named = [...WRITE_HOPS, ...QUARANTINE_HOPS, ...BURIAL_HOPS, STOP_HOP].map(({ hop }) => hop);
  const contract: readonly ConsumerSpec[] = [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS];
  expect(named.toSorted()).toEqual(contract.map(({ stream, durable }) => `${stream}/${durable}`).toSorted());
});
