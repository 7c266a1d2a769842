import type { ApprovalTerms, ThrottleTerms } from '../policy-rule.js';
import { OnExcess, ProblemCode, ThrottleKey } from '../vocabulary.js';
import { MAX_LIMIT, type Member, type PolicyReader } from './policy-reader.js';
import { readAnyOf } from './read-match.js';

/** How long a question to reviewers stands when the rule says nothing, in seconds. */
export const DEFAULT_APPROVAL_TTL_SEC = 300;
/** Approvals needed when the rule says nothing. */
export const DEFAULT_QUORUM = 1;
/** Longest a question may stand, in seconds: 30 days. Older ones are about a world that has moved on. */
const MAX_APPROVAL_TTL_SEC = 30 * 24 * 3600;

const GROUP = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const RATE = /^([1-9][0-9]{0,9})\/(second|minute|hour|day)$/;
const WINDOW_SEC: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 };

/** The `approval` of a rule; without one, {@link DEFAULT_QUORUM} reviewer of any group within the default time. */
export function readApproval(reader: PolicyReader, member: Member | undefined): ApprovalTerms | undefined {
  const none = { quorum: DEFAULT_QUORUM, groups: [], ttl_sec: DEFAULT_APPROVAL_TTL_SEC };
  if (!member) return none;
  const section = reader.section(member, 'approval', ['quorum', 'groups', 'ttl_sec']);
  if (!section) return undefined;
  const quorumMember = section.members.get('quorum');
  const ttlMember = section.members.get('ttl_sec');
  const quorum = quorumMember && reader.integer(quorumMember, 'approval.quorum', 1);
  const ttl = ttlMember && reader.integer(ttlMember, 'approval.ttl_sec', 1);
  const groups = readAnyOf(reader, section.members.get('groups'), 'approval.groups', (text) =>
    GROUP.test(text) ? undefined : 'is no group',
  );
  if (ttl !== undefined && ttl > MAX_APPROVAL_TTL_SEC) {
    reader.fault(
      ttlMember?.value ?? null,
      ProblemCode.BadLimit,
      `approval.ttl_sec is above ${MAX_APPROVAL_TTL_SEC}`,
    );
  }
  return { quorum: quorum ?? none.quorum, groups: groups ?? none.groups, ttl_sec: ttl ?? none.ttl_sec };
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
  return reader.fault(
    member.value,
    ProblemCode.BadLimit,
    'throttle.rate must read like "10/day" (second, minute, hour, day)',
  );
}
