import { Controller, Inject } from '@nestjs/common';
import { Header, PolicyChange, PolicyPushRequest, Service, Subjects } from '@countersign/contracts';
import { Respond, type BusRequest } from '@countersign/messaging';
import { Road, roadOf } from '@countersign/service-kit';
import { answerEach, refusal } from '../answer-requests.js';
import { contentDigest } from '../bundle/content-digest.js';
import { insertSnapshot } from '../policy/policy.store.js';
import { tellChange } from '../policy/policy-event.js';
import { SnapshotLibrary } from '../policy/snapshot-library.js';

/** Keeps a policy that loads and whose tests pass. It decides nothing until it is activated. */
@Controller()
export class PushPolicyResponder {
  constructor(
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'run'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
  ) {}

  @Respond(Subjects.commandPolicyPush.template)
  handle(batch: readonly BusRequest[]): Promise<readonly object[]> {
    return answerEach(PolicyPushRequest, batch, (request, from) =>
      this.push(request, from.header(Header.Traceparent)),
    );
  }

  private async push({ verified, sources }: PolicyPushRequest, traceparent?: string): Promise<object> {
    const loaded = this.library.load(sources);
    const who = { tenant_id: verified.tenant_id, by: verified.by, content: contentDigest(sources) };
    const trace = traceparent === undefined ? {} : { traceparent };
    if (!loaded.ok) {
      await this.road.run((work) => {
        tellChange(work, PolicyChange.Refused, who, { problems: loaded.problems, ...trace });
        return Promise.resolve();
      });
      return refusal('invalid_policy', { problems: loaded.problems });
    }
    const { hash, policy_id = null, policy_version = null, rules } = loaded.snapshot;
    const { warnings } = loaded;
    const created = await this.road.run(async (work) => {
      const row = { hash, policy_id, policy_version, rules: rules.length, warnings, sources };
      const isNew = await insertSnapshot(work, { ...row, pushed_by: verified.by });
      if (isNew)
        tellChange(work, PolicyChange.Pushed, { ...who, snapshot: hash, policy_id, policy_version }, trace);
      return isNew;
    });
    return { ok: true, created, snapshot: hash, policy_id, policy_version, rules: rules.length, warnings };
  }
}
