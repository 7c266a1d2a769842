import { Controller, Inject } from '@nestjs/common';
import { HeartbeatRequest, parseBody, Service, Subjects, type HeartbeatAnswer } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { malformed, type Malformed } from '../malformed.js';
import { extendLeases, type HeldLease } from './extend-leases.js';

type Reply = { readonly ok: true; readonly answers: readonly HeartbeatAnswer[] } | Malformed;

/** `heartbeat.<pool>`: signs of life of many leases, in one statement. */
@Controller()
export class HeartbeatsResponder {
  constructor(@Inject(roadOf(Service.Scheduler)) private readonly road: Road) {}

  @Respond(Subjects.heartbeat.filter())
  async handle(batch: readonly BusRequest[]): Promise<readonly Reply[]> {
    const requests = batch.map(readLeases);
    const leases = requests.flatMap((read) => (read.ok ? read.leases : []));
    const answers = await this.road.run((work) => extendLeases(work, leases));
    let next = 0;
    return requests.map((read): Reply => {
      if (!read.ok) return read;
      const own = answers.slice(next, next + read.leases.length);
      next += read.leases.length;
      return { ok: true, answers: own };
    });
  }
}

function readLeases(
  request: BusRequest,
): { readonly ok: true; readonly leases: readonly HeldLease[] } | Malformed {
  const pool = Subjects.heartbeat.parse(request.subject)?.pool;
  const parsed = parseBody(HeartbeatRequest, request.data);
  if (!parsed.ok) return malformed(parsed.problem);
  if (pool === undefined) return malformed({ code: 'topic_mismatch', pointer: '' });
  const { worker_id: workerId, leases } = parsed.value;
  return {
    ok: true,
    leases: leases.map(({ lease_id: leaseId, epoch }) => ({ pool, workerId, leaseId, epoch })),
  };
}
