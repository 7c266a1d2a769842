import {
  MAX_BODY_BYTES,
  MAX_OUTPUT_FINDINGS,
  VerdictReason,
  type Constraints,
  type OutputJobAnswer,
  type Verdict,
} from '@countersign/contracts';
import { exceededConstraints } from '../constrain/exceeded-constraints.js';
import type { KnownConstraints } from '../constrain/known-constraints.js';
import type { AskOutputPolicy } from '../consult/ask-output-policy.js';
import type { Examined, ExamineOptions } from '../examine/examine-result.js';
import { NotYet } from '../examine/not-yet.js';
import type { ScanOutcome } from '../examine/scan-outcome.js';
import { fingerprintKeyOf } from '../examine/tenant-key.js';
import type { ReceivedResult } from './received-result.js';
import { Rulings, type AlertedKind } from './rulings.js';
import { keptBack, tooLarge, verdictOf } from './verdict-of.js';

/** What judging a result takes of the outside. */
export interface JudgeTools {
  /** Rejects with {@link NotYet} alone: a scan that fails is an outcome. */
  readonly examine: (received: ReceivedResult, options: ExamineOptions) => Promise<ScanOutcome>;
  readonly ask: AskOutputPolicy;
  readonly constraints: KnownConstraints;
  readonly fingerprintKey: Uint8Array;
}

/** A verdict, and what it brings with it. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Whose job it is, as the decision says; null where nobody was asked or knows it. */
  readonly tenantId: string | null;
  readonly alerts: readonly AlertedKind[];
  /** Why there is no more to say, for the log; never anything of the result. */
  readonly detail?: string;
}

/** Times that the policy is asked about one result: what is left where something stays may bring out another kind. */
const MOST_ROUNDS = 4;

/**
 * Judges a result: examined, ruled about by the policy, and compared with its constraints. The policy is asked about
 * results that hold something, that report effects, or whose constraints are not known; no answer is no verdict. An
 * examination comes first without the policy, with everything switched on, and once more by what the policy says.
 * Rejects with {@link NotYet}; whatever else goes wrong keeps the result back.
 */
export async function judgeResult(received: ReceivedResult, tools: JudgeTools): Promise<Judgement> {
  try {
    return await judge(received, tools);
  } catch (error) {
    if (error instanceof NotYet) throw error;
    // The name alone: a message may quote the result.
    const name = error instanceof Error ? error.name : 'no error';
    return final(keptBack(received, VerdictReason.ScannerError), name);
  }
}

async function judge(received: ReceivedResult, tools: JudgeTools): Promise<Judgement> {
  if (received.bytes > MAX_BODY_BYTES) return final(tooLarge(received));
  if (!received.isOwnTopic) return final(keptBack(received, VerdictReason.ForeignTopic));
  const { result } = received;
  const first = await tools.examine(received, optionsOf(tools, null));
  if (!first.ok) return final(keptBack(received, first.reason), first.detail);
  const known = tools.constraints.of(result.constraints_digest);
  if (first.examined.count === 0 && result.effects.length === 0 && known !== undefined)
    return final(
      verdictOf(received, {
        examined: first.examined,
        exceeded: beyond(received, first.examined, known),
        held: 'no',
      }),
    );
  return judgeByPolicy(received, first.examined, tools);
}

async function judgeByPolicy(
  received: ReceivedResult,
  first: Examined,
  tools: JudgeTools,
): Promise<Judgement> {
  const rulings = new Rulings();
  let examined = first;
  let answer: OutputJobAnswer | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const missing = rulings.missing(examined.kinds);
    if (answer !== undefined && missing.length === 0)
      return conclude(received, examined, answer, rulings, tools);
    if (missing.length > MAX_OUTPUT_FINDINGS) break;
    const { job_id } = received.result;
    const given = await tools.ask({ job_id, topic: received.topic, findings: missing });
    if (!given.known) return final(keptBack(received, VerdictReason.UnknownJob, { examined: first }));
    rulings.add(given, answer?.policy_snapshot);
    answer = given;
    if (examined.count === 0) continue;
    const again = await tools.examine(received, optionsOf(tools, answer, rulings));
    if (!again.ok) return final(keptBack(received, again.reason), again.detail);
    examined = again.examined;
  }
  // Also of a policy that changes at every question: nobody has said what is to happen with some of it.
  return {
    verdict: keptBack(received, VerdictReason.Policy, { examined }),
    tenantId: answer?.tenant_id ?? null,
    alerts: [],
  };
}

function conclude(
  received: ReceivedResult,
  examined: Examined,
  answer: OutputJobAnswer,
  rulings: Rulings,
  tools: JudgeTools,
): Judgement {
  const { constraints, tenant_id, policy_snapshot } = answer;
  tools.constraints.learn(constraints);
  const { kinds } = examined;
  const policy = { snapshot: policy_snapshot, rule_ids: rulings.ruleIds(kinds) };
  const exceeded = beyond(received, examined, constraints);
  return {
    verdict: verdictOf(received, { examined, exceeded, held: rulings.held(kinds), policy }),
    tenantId: tenant_id,
    alerts: rulings.alerted(kinds),
  };
}

const final = (verdict: Verdict, detail?: string): Judgement => ({
  verdict,
  tenantId: null,
  alerts: [],
  ...(detail !== undefined && { detail }),
});

const beyond = ({ result }: ReceivedResult, { outputBytes }: Examined, constraints: Constraints) =>
  exceededConstraints(result.effects, outputBytes, constraints);

function optionsOf(
  { fingerprintKey }: JudgeTools,
  answer: OutputJobAnswer | null,
  rulings?: Rulings,
): ExamineOptions {
  return {
    fingerprintKey: fingerprintKeyOf(fingerprintKey, answer?.tenant_id ?? null),
    regions: answer?.regions ?? [],
    actions: rulings?.actions() ?? [],
  };
}
