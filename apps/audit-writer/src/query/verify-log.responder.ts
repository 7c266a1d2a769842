import { Controller, Inject } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { verifyLog } from './verify-log.js';

/**
 * Answers whether the log is whole, which concerns every tenant: with the service's own eyes, and telling nothing of any
 * entry but its place. Who asks while it is being checked gets the same answer: a check is long work.
 */
@Controller()
export class VerifyLogResponder {
  private running: Promise<unknown> | undefined;

  constructor(@Inject(roadOf(Service.AuditWriter)) private readonly road: Road) {}

  @Respond(Subjects.queryAuditVerify.template)
  async answer(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    this.running ??= this.verify().finally(() => (this.running = undefined));
    const answer = await this.running;
    return batch.map(() => answer);
  }

  private async verify(): Promise<unknown> {
    const verdict = await verifyLog(this.road.database);
    if (!verdict.ok) return verdict;
    return { ok: true, entries: verdict.entries, head_hash: verdict.head.hash, head_seq: verdict.head.seq };
  }
}
