import type { ApprovalTerms, ThrottleTerms } from '../policy-rule.js';
import { ObligationFlag, OnExcess, ProblemCode, ThrottleKey } from '../vocabulary.js';
import { MAX_LIMIT, quoted, type Member, type PolicyReader, type Section } from './policy-reader.js';
import { readAnyOf, readGroups } from './read-names.js';
import { didYouMean, suggest } from './suggest.js';

/** How long a question to reviewers stands when the rule says nothing, in seconds. */
export const DEFAULT_APPROVAL_TTL_SEC = 300;
/** Approvals needed when the rule says nothing. */
export const DEFAULT_QUORUM = 1;
/** Longest a question may stand, in seconds: 30 days. Older ones are about a world that has moved on. */
const MAX_APPROVAL_TTL_SEC = 30 * 24 * 3600;

const RATE = /^([1-9][0-9]{0,9})\/(second|minute|hour|day)$/;
const WINDOW_SEC: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

const APPROVAL_KEYS = ['quorum', 'groups', 'ttl', 'ttl_sec', 'confirm', 'escalate_after', 'escalate_to'];

/** The `approval` of a rule; without one, {@link DEFAULT_QUORUM} reviewer of any group within the default time. */
export function readApproval(reader: PolicyReader, member: Member | undefined): ApprovalTerms | undefined {
  const none = { quorum: DEFAULT_QUORUM, groups: [], ttl_sec: DEFAULT_APPROVAL_TTL_SEC };
  if (!member) return none;
  const section = reader.section(member, 'approval', APPROVAL_KEYS);
  if (!section) return undefined;
  const { members } = section;
  const quorumMember = members.get('quorum');
  const confirmMember = members.get('confirm');
  const quorum = quorumMember && reader.integer(quorumMember, 'approval.quorum', 1);
  const ttl = readTtl(reader, members) ?? none.ttl_sec;
  const groups = readGroups(reader, members.get('groups'), 'approval.groups');
  const confirm = confirmMember && reader.boolean(confirmMember, 'approval.confirm');
  return {
    quorum: quorum ?? none.quorum,
    groups: groups ?? none.groups,
    ttl_sec: ttl,
    ...(confirm && { confirm }),
    ...readEscalation(reader, section, ttl),
  };
}

function readTtl(reader: PolicyReader, members: ReadonlyMap<string, Member>): number | undefined {
  const asText = members.get('ttl');
  const asNumber = members.get('ttl_sec');
  if (asText && asNumber) {
    return reader.fault(
      asText.key,
      ProblemCode.KeyNotAllowed,
      'approval has both ttl and ttl_sec; give one of them',
    );
  }
  const ttl = asText
    ? reader.duration(asText, 'approval.ttl')
    : asNumber && reader.integer(asNumber, 'approval.ttl_sec', 1);
  if (ttl === undefined || ttl <= MAX_APPROVAL_TTL_SEC) return ttl;
  const at = (asText ?? asNumber)?.value ?? null;
  return reader.fault(
    at,
    ProblemCode.BadLimit,
    `approval.${asText ? 'ttl' : 'ttl_sec'} is above ${MAX_APPROVAL_TTL_SEC} seconds`,
  );
}

function readEscalation(
  reader: PolicyReader,
  { members }: Section,
  ttl: number,
): Pick<ApprovalTerms, 'escalate_after_sec' | 'escalate_to'> {
  const afterMember = members.get('escalate_after');
  const toMember = members.get('escalate_to');
  const lone = afterMember ?? toMember;
  if (!lone) return {};
  const after = afterMember && reader.duration(afterMember, 'approval.escalate_after');
  const groups = readGroups(reader, toMember, 'approval.escalate_to');
  if (!afterMember || !toMember) {
    reader.fault(lone.key, ProblemCode.MissingKey, 'escalate_after and escalate_to need each other');
  } else if (after !== undefined && after >= ttl) {
    const message = 'approval.escalate_after is not below the ttl, so it would never come';
    reader.fault(afterMember.value, ProblemCode.BadLimit, message);
  }
  return after !== undefined && groups ? { escalate_after_sec: after, escalate_to: groups } : {};
}

const FLAGS: readonly ObligationFlag[] = Object.values(ObligationFlag);

/** The `obligations` of a rule, sorted. */
export function readFlags(reader: PolicyReader, member: Member | undefined): ObligationFlag[] | undefined {
  const isFlag = (text: string): text is ObligationFlag => FLAGS.some((flag) => flag === text);
  const flags = readAnyOf(reader, member, 'obligations', (text) =>
    isFlag(text) ? undefined : `is unknown${didYouMean(text, FLAGS)}; known: ${FLAGS.join(', ')}`,
  );
  return flags?.filter(isFlag);
}

/** The `throttle` of a rule. By default each agent has its own count, `burst` is the whole rate, and excess waits. */
export function readThrottle(reader: PolicyReader, member: Member): ThrottleTerms | undefined {
  const section = reader.section(member, 'throttle', ['rate', 'key', 'burst', 'on_excess']);
  if (!section) return undefined;
  const rateMember = section.members.get('rate');
  if (!rateMember)
    return reader.fault(section.node, ProblemCode.MissingKey, 'throttle needs a rate such as "10/day"');
  const rate = readRate(reader, rateMember);
  const keyMember = section.members.get('key');
  const burstMember = section.members.get('burst');
  const excessMember = section.members.get('on_excess');
  const key = keyMember && reader.word(keyMember, 'throttle.key', Object.values(ThrottleKey));
  const burst = burstMember && reader.integer(burstMember, 'throttle.burst', 1);
  const excess = excessMember && reader.word(excessMember, 'throttle.on_excess', Object.values(OnExcess));
  if (!rate) return undefined;
  return {
    ...rate,
    key: key ?? ThrottleKey.Agent,
    burst: burst ?? rate.limit,
    on_excess: excess ?? OnExcess.Hold,
  };
}

function readRate(
  reader: PolicyReader,
  member: Member,
): Pick<ThrottleTerms, 'limit' | 'window_sec'> | undefined {
  const text = reader.text(member, 'throttle.rate');
  if (text === undefined) return undefined;
  const [, count, unit] = RATE.exec(text) ?? [];
  const limit = Number(count);
  const window = WINDOW_SEC[unit ?? ''];
  if (window !== undefined && limit <= MAX_LIMIT) return { limit, window_sec: window };
  const near = suggest(text.replace(/^[^/]*\//, ''), Object.keys(WINDOW_SEC));
  const hint = /^[1-9]/.test(text) && near !== undefined ? `; did you mean ${quoted(`10/${near}`)}?` : '';
  return reader.fault(
    member.value,
    ProblemCode.BadLimit,
    `throttle.rate can't be ${quoted(text)}${hint}: it reads like "10/day" (second, minute, hour, day)`,
  );
}
