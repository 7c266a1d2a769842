import { Controller, Inject } from '@nestjs/common';
import { PolicySnapshotRequest, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { ActivePolicy } from '../policy/active-policy.js';
import { activationsOf, findSnapshot, findSources } from '../policy/policy.store.js';
import { SnapshotLibrary } from '../policy/snapshot-library.js';
import { concerns, ownView } from './concerns.js';
import { tellSnapshot } from './tell-snapshot.js';

/** Text of files or of rules in one answer at most, in characters: two of them fit into a message. */
const MAX_TEXT = 768 * 1024;

/** One version of the policy with what is in it; whoever is not of the platform sees what can be about their own jobs. */
@Controller()
export class ShowSnapshotResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database'>,
    @Inject(ActivePolicy) private readonly policy: Pick<ActivePolicy, 'snapshot' | 'health'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
  ) {}

  @Respond(Subjects.queryPolicySnapshot.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicySnapshotRequest, batch, (request) => this.show(request));
  }

  private async show({ tenant_id: tenant, snapshot: wanted, whole }: PolicySnapshotRequest): Promise<object> {
    const active = this.policy.snapshot;
    const hash = wanted ?? active.hash;
    const { database } = this.road;
    const row = await findSnapshot(database, hash);
    if (!row) return refusal('not_found');
    const only = whole ? undefined : tenant;
    const chosen = await this.library.choose({ snapshot: hash }, active);
    const rules = chosen.ok
      ? chosen.snapshot.rules.filter((rule) => concerns(rule, only)).map((rule) => ownView(rule, only))
      : null;
    return {
      ok: true,
      policy: {
        ...tellSnapshot(row, active.hash),
        rules_shown: fitting(rules),
        ...(whole
          ? {
              warnings_shown: row.warnings,
              sources: fitting((await findSources(database, hash)) ?? null),
              activations: await activationsOf(database, hash),
              health: this.policy.health,
            }
          : {}),
      },
    };
  }
}

/** A value, or null when it is too large to be told in one message. */
function fitting<T>(value: T | null): T | null {
  return value !== null && JSON.stringify(value).length <= MAX_TEXT ? value : null;
}
