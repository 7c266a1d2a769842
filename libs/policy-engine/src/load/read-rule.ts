import { NO_GRANT, type PolicyRule } from '../policy-rule.js';
import { Decision, ObligationFlag, ProblemCode, ReasonCode } from '../vocabulary.js';
import type { Member, Place, PolicyReader, Section } from './policy-reader.js';
import { readConstraints } from './read-constraints.js';
import { readMatch } from './read-match.js';
import { readApproval, readFlags, readThrottle } from './read-obligations.js';
import { readWhen } from './read-when.js';

export type { Place } from './policy-reader.js';

/** A compiled entry and where it stands. */
export interface Located<T> {
  readonly value: T;
  readonly at: Place;
  /** Where its `risk_tags` stand, if it has some. */
  readonly tagsAt?: Place;
}

const RULE_KEYS = [
  'id',
  'match',
  'when',
  'decision',
  'reason',
  'reason_code',
  'grants',
  'constraints',
  'approval',
  'throttle',
  'obligations',
  'allow_publish',
];
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The reasons that a rule may give. The others are the engine's own. */
export const RULE_CODES = [
  ReasonCode.Blacklisted,
  ReasonCode.NotAllowlisted,
  ReasonCode.OutsideHours,
  ReasonCode.CompensationRequired,
  ReasonCode.LowConfidence,
  ReasonCode.NeverAutoApprove,
] as const;

/** The decisions under which each block means something; elsewhere it would be read and silently ignored. */
const BLOCKS = {
  constraints: [Decision.AllowWithConstraints, Decision.Throttle, Decision.RequireApproval],
  approval: [Decision.RequireApproval],
  throttle: [Decision.Throttle],
  allow_publish: [Decision.Allow, Decision.AllowWithConstraints, Decision.Throttle],
} as const satisfies Record<string, readonly Decision[]>;

/** One entry of `rules`. */
export function readRule(reader: PolicyReader, item: Member): Located<PolicyRule> | undefined {
  const section = reader.section(item, 'rule', RULE_KEYS);
  if (!section) return undefined;
  const { members, node } = section;
  const id = readId(reader, section);
  const decisionMember = members.get('decision');
  const decision = decisionMember
    ? reader.word(decisionMember, 'decision', Object.values(Decision), ProblemCode.UnknownDecision)
    : reader.fault(node, ProblemCode.MissingKey, 'rule needs a decision');
  const reason = readReason(reader, members.get('reason'));
  const codeMember = members.get('reason_code');
  const code = codeMember && reader.word(codeMember, 'reason_code', RULE_CODES);
  const grants = readGrants(reader, members.get('grants'));
  const { match, tagsKey } = readMatch(reader, members.get('match'));
  const constraintsMember = members.get('constraints');
  const constraints = constraintsMember && readConstraints(reader, constraintsMember);
  const throttleMember = members.get('throttle');
  const throttle = throttleMember && readThrottle(reader, throttleMember);
  const approval =
    decision === Decision.RequireApproval || members.has('approval')
      ? readApproval(reader, members.get('approval'))
      : undefined;
  const when = readWhen(reader, members.get('when'), id);
  const flagsMember = members.get('obligations');
  const flags = readFlags(reader, flagsMember);
  const publishMember = members.get('allow_publish');
  const publish = publishMember && reader.boolean(publishMember, 'allow_publish');
  if (publish && grants === false) {
    const message = "a rule that grants nothing can't allow publishing";
    reader.fault(publishMember?.key ?? null, ProblemCode.KeyNotAllowed, message);
  }
  if (decision) checkBlocks(reader, section, decision);
  if (decision === Decision.Deny && flags?.some((flag) => flag !== ObligationFlag.Notify)) {
    reader.fault(
      flagsMember?.value ?? null,
      ProblemCode.KeyNotAllowed,
      'nothing runs under deny, so only notify can follow',
    );
  }
  if (decision === Decision.Allow && Object.keys(match).every((key) => key === 'except')) {
    reader.fault(
      node,
      ProblemCode.AllowWithoutCondition,
      'allow needs a match; if everything is meant, write match: { topics: ["job.>"] }',
    );
  }
  if (id === undefined || decision === undefined) return undefined;
  return {
    value: {
      id,
      decision,
      match,
      ...(when && { when }),
      ...(grants === false && { scope: NO_GRANT }),
      ...(reason !== undefined && { reason }),
      ...(code && { reason_code: code }),
      ...(constraints && { constraints }),
      ...(approval && { approval }),
      ...(throttle && { throttle }),
      ...(flags && { obligations: flags }),
      ...(publish && { allow_publish: publish }),
    },
    at: reader.placeOf(node),
    ...(tagsKey && { tagsAt: reader.placeOf(tagsKey) }),
  };
}

/** The id of a rule or classify rule. */
export function readId(reader: PolicyReader, { members, node }: Section): string | undefined {
  const member = members.get('id');
  if (!member) return reader.fault(node, ProblemCode.MissingKey, 'an id is needed');
  const id = reader.text(member, 'id');
  if (id === undefined || ID.test(id)) return id;
  return reader.fault(
    member.value,
    ProblemCode.BadValue,
    'an id is up to 128 letters, digits, dots, _ and -',
  );
}

function readGrants(reader: PolicyReader, member: Member | undefined): boolean | undefined {
  const grants = member && reader.boolean(member, 'grants');
  if (grants !== true) return grants;
  return reader.fault(
    member?.value ?? null,
    ProblemCode.BadValue,
    'grants can only be false; a rule grants what its decision says unless it stands in a scope',
  );
}

/** The `reason` of a rule: a sentence. */
export function readReason(reader: PolicyReader, member: Member | undefined): string | undefined {
  const reason = member && reader.text(member, 'reason');
  if (reason === undefined || reason.trim() !== '') return reason;
  return reader.fault(member?.value ?? null, ProblemCode.BadValue, 'reason is empty; leave it out');
}

function checkBlocks(reader: PolicyReader, { members, node }: Section, decision: Decision): void {
  for (const [name, decisions] of Object.entries(BLOCKS)) {
    const member = members.get(name);
    const fits = decisions.some((candidate) => candidate === decision);
    if (member && !fits) {
      reader.fault(member.key, ProblemCode.KeyNotAllowed, `${name} means nothing under ${decision}`);
    }
  }
  if (decision === Decision.AllowWithConstraints && !members.has('constraints')) {
    reader.fault(node, ProblemCode.MissingKey, 'allow_with_constraints needs constraints');
  }
  if (decision === Decision.Throttle && !members.has('throttle')) {
    reader.fault(node, ProblemCode.MissingKey, 'throttle needs a throttle block with a rate');
  }
}
