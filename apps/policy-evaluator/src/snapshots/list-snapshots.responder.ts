import { Controller, Inject } from '@nestjs/common';
import { PolicySnapshotsRequest, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { listSnapshots } from '../policy/policy.store.js';
import { readCursor, writeCursor } from '../policy/cursor.js';
import { tellSnapshot } from './tell-snapshot.js';

/** Snapshots in a page when the question does not say. */
const DEFAULT_PAGE = 50;

/** Every version of the policy, the newest first. */
@Controller()
export class ListSnapshotsResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
  ) {}

  @Respond(Subjects.queryPolicySnapshots.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicySnapshotsRequest, batch, (request) => this.list(request));
  }

  private async list({ after, limit = DEFAULT_PAGE }: PolicySnapshotsRequest): Promise<object> {
    const cursor = after === undefined ? { at: 'infinity', id: '' } : readCursor(after);
    if (cursor === undefined) return refusal('invalid_field', { pointer: '/after' });
    const rows = await listSnapshots(this.road.database, {
      at: cursor.at,
      hash: cursor.id,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = last !== undefined && rows.length > limit ? writeCursor(last.pushed_at, last.hash) : null;
    return { ok: true, items: page.map((row) => tellSnapshot(row, this.policy.snapshot.hash)), next };
  }
}
