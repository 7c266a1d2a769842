import type { ApprovalTerms, PolicyRule } from '../../policy-rule.js';
import { Decision, ObligationFlag, ProblemCode, ReasonCode } from '../../vocabulary.js';
import type { Member, PolicyReader } from '../policy-reader.js';
import { readApproval } from '../read-obligations.js';
import type { Located } from '../read-rule.js';
import { readActions, readTopics } from '../read-names.js';
import { listOfOne } from './list-of-one.js';
import { needed, readEntry, ruleOf, type SectionEntry } from './section-rule.js';

const HIGHEST_TIER = 4;
/** A job names the job that undoes it, by its topic. Null, false, "" and {} are what some writers put for "none". */
const COMPENSATED =
  'has(job.compensation) && type(job.compensation) == map && has(job.compensation.topic) && ' +
  'type(job.compensation.topic) == string && job.compensation.topic.startsWith("job.")';

/** One entry of `tiers` (P6): what each action in its topics needs. */
export function readTiers(reader: PolicyReader, item: Member): Located<PolicyRule>[] {
  const entry = readEntry(reader, item, 'tiers', ['topics', 'actions', 'approval']);
  if (!entry) return [];
  const topicsMember = needed(reader, entry, 'topics');
  const actionsMember = needed(reader, entry, 'actions');
  const topics = readTopics(reader, topicsMember, 'topics');
  const tiers = actionsMember && readActionTiers(reader, actionsMember);
  const approval = readApproval(reader, entry.section.members.get('approval'));
  if (!topics || !tiers || !approval) return [];
  const actions = [...tiers.keys()].sort();
  const ofTier = (tier: number) => actions.filter((action) => tiers.get(action) === tier);
  return [
    ...[0, 1, 2, 3, 4].flatMap((tier) => {
      const members = ofTier(tier);
      return members.length === 0 ? [] : tierRules(entry, tier, { topics, actions: members }, approval);
    }),
    ruleOf(entry, 'unlisted', {
      decision: Decision.RequireApproval,
      match: { topics, except: { actions } },
      reason: 'The action is in no tier, so it is treated as tier 4.',
      approval: { ...approval, confirm: true },
    }),
  ];
}

function tierRules(
  entry: SectionEntry,
  tier: number,
  match: PolicyRule['match'],
  approval: ApprovalTerms,
): Located<PolicyRule>[] {
  switch (tier) {
    case 0:
      return [ruleOf(entry, 'tier0', { decision: Decision.Allow, match, reason: 'Tier 0 runs freely.' })];
    case 1:
      return [
        ruleOf(entry, 'tier1', {
          decision: Decision.Allow,
          match,
          reason: 'Tier 1 runs and is marked in the audit.',
          obligations: [ObligationFlag.Audit],
        }),
      ];
    case 2:
      return [
        ruleOf(entry, 'tier2', {
          decision: Decision.Allow,
          match,
          when: [COMPENSATED],
          reason: 'Tier 2 runs because the job names what undoes it.',
        }),
        ruleOf(entry, 'tier2-compensation', {
          decision: Decision.Deny,
          match,
          when: [`!(${COMPENSATED})`],
          reason: 'Tier 2 needs a compensation: a job that undoes this one.',
          reason_code: ReasonCode.CompensationRequired,
        }),
      ];
    case 3:
      return [
        ruleOf(entry, 'tier3', {
          decision: Decision.RequireApproval,
          match,
          reason: 'Tier 3 needs an approval.',
          approval,
        }),
      ];
    default:
      return [
        ruleOf(entry, 'tier4', {
          decision: Decision.RequireApproval,
          match,
          reason: 'Tier 4 needs an approval with a typed confirmation.',
          approval: { ...approval, confirm: true },
        }),
      ];
  }
}

/** Which actions are in each tier. A key may name a set; an action with two tiers is held to the stricter one. */
function readActionTiers(reader: PolicyReader, member: Member): ReadonlyMap<string, number> | undefined {
  const named = reader.entries(member, 'actions');
  if (!named) return undefined;
  if (named.size === 0) {
    return reader.fault(member.value, ProblemCode.EmptyCondition, 'actions is empty; name an action');
  }
  const tiers = new Map<string, number>();
  for (const [name, one] of named) {
    const actions = readActions(reader, listOfOne(one.key), 'actions') ?? [];
    const tier = readTier(reader, one, name);
    if (tier === undefined) continue;
    for (const action of actions) tiers.set(action, Math.max(tier, tiers.get(action) ?? 0));
  }
  return tiers;
}

function readTier(reader: PolicyReader, member: Member, name: string): number | undefined {
  const tier = reader.integer(member, `actions.${name}`, 0);
  if (tier === undefined || tier <= HIGHEST_TIER) return tier;
  return reader.fault(member.value, ProblemCode.BadLimit, `tiers go from 0 to ${HIGHEST_TIER}`);
}
