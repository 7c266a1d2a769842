import { setImmediate as breathe } from 'node:timers/promises';
import { Controller, Inject } from '@nestjs/common';
import { PolicyReplayRequest, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { readDecision } from '../evaluate/recorded-decision.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { readCursor, writeCursor } from '../policy/cursor.js';
import { SnapshotLibrary } from '../policy/snapshot-library.js';
import { findRecorded } from './find-recorded.js';
import { replayDecision, type Changed } from './replay-decision.js';

/** Recorded decisions in a page when the question does not say. */
const DEFAULT_PAGE = 128;
/** So many are decided again at a stretch: jobs that come meanwhile must not wait for the whole page. */
const STRETCH = 16;

/** Decides a tenant's recorded jobs again under another policy, and tells what would have been different. */
@Controller()
export class ReplayDecisionsResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'forTenant'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
  ) {}

  @Respond(Subjects.queryPolicyReplay.template, { maxBatch: 4 })
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyReplayRequest, batch, (request) => this.replay(request));
  }

  private async replay(request: PolicyReplayRequest): Promise<object> {
    const { tenant_id: tenant, from, to, after, limit = DEFAULT_PAGE } = request;
    const cursor = after === undefined ? { at: '-infinity', id: '' } : readCursor(after);
    if (cursor === undefined) return refusal('invalid_field', { pointer: '/after' });
    const candidate = await this.library.choose(request, this.policy.snapshot);
    if (!candidate.ok) return candidate;
    const span = { from: from ?? '-infinity', to: to ?? 'infinity', after: cursor };
    const { rows, isLast } = await this.road
      .forTenant(tenant)
      .read((sql) => findRecorded(sql, { tenant, limit, ...span }));
    const changed: Changed[] = [];
    for (const [at, row] of rows.entries()) {
      if (at % STRETCH === STRETCH - 1) await breathe();
      const change = replayDecision(readDecision(row.message), candidate.snapshot);
      if (change) changed.push(change);
    }
    const last = rows.at(-1);
    const next = last !== undefined && !isLast ? writeCursor(last.at, last.job_id) : null;
    return { ok: true, candidate: candidate.snapshot.hash, decided: rows.length, changed, next };
  }
}
