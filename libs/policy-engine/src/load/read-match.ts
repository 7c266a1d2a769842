import { isSeq, type Node } from 'yaml';
import { isTag } from '../decide/policy-request.js';
import type { RuleMatch, TagCondition } from '../policy-rule.js';
import { topicPatternFault } from '../topic/topic-pattern.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';

const MATCH_KEYS = ['topics', 'tenants', 'agents', 'capabilities', 'labels', 'risk_tags'];
const TENANT = /^[a-z0-9_-]{1,64}$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const LABEL_NAME = /^[A-Za-z0-9._/-]{1,128}$/;

/** Says why a text is outside a grammar. A name that no request can carry would make a rule that never fires. */
const outside = (grammar: RegExp, kind: string) => (text: string) =>
  grammar.test(text) ? undefined : `is no ${kind}; wildcards work in topics only`;

/** Says why a text is no risk tag. */
export function tagFault(text: string): string | undefined {
  return isTag(text) ? undefined : 'is no tag: tags are up to 64 of a-z, 0-9, _ and -';
}

/** A list that asks for one of its members; an empty one could be read as anything or nothing, so it is refused. */
export function readAnyOf(
  reader: PolicyReader,
  member: Member | undefined,
  what: string,
  fault: (item: string) => string | undefined,
  code?: ProblemCode,
): string[] | undefined {
  if (!member) return undefined;
  const list = reader.list(member, what, fault, code);
  if (list?.length !== 0) return list;
  return reader.fault(
    member.value,
    ProblemCode.EmptyCondition,
    `${what} is empty; leave it out or name something`,
  );
}

/** A list of topic patterns. */
export function readTopics(
  reader: PolicyReader,
  member: Member | undefined,
  what: string,
): string[] | undefined {
  return readAnyOf(reader, member, what, topicPatternFault, ProblemCode.BadTopicPattern);
}

/** What was read, and where its `risk_tags` stand. */
export interface ReadMatch {
  readonly match: RuleMatch;
  readonly tagsKey?: Node;
}

/** The `match` of a rule. Absent means that the rule matches every request. */
export function readMatch(reader: PolicyReader, member: Member | undefined): ReadMatch {
  const section = member && reader.section(member, 'match', MATCH_KEYS);
  if (!section) return { match: {} };
  const { members } = section;
  const topics = readTopics(reader, members.get('topics'), 'topics');
  const tenants = readAnyOf(reader, members.get('tenants'), 'tenants', outside(TENANT, 'tenant'));
  const agents = readAnyOf(reader, members.get('agents'), 'agents', outside(NAME, 'agent'));
  const capabilities = readAnyOf(
    reader,
    members.get('capabilities'),
    'capabilities',
    outside(NAME, 'capability'),
  );
  const labels = readLabels(reader, members.get('labels'));
  const tagsMember = members.get('risk_tags');
  const tags = readTagCondition(reader, tagsMember);
  const match = {
    ...(topics && { topics }),
    ...(tenants && { tenants }),
    ...(agents && { agents }),
    ...(capabilities && { capabilities }),
    ...(labels && { labels }),
    ...(tags && { risk_tags: tags }),
  };
  return { match, ...(tagsMember && { tagsKey: tagsMember.key }) };
}

function readLabels(reader: PolicyReader, member: Member | undefined): [string, string][] | undefined {
  if (!member) return undefined;
  const labels = reader.texts(member, 'labels', (name) => LABEL_NAME.test(name) && name !== '__proto__');
  for (const [name, value] of labels ?? []) {
    if (value === '*')
      reader.fault(member.value, ProblemCode.BadValue, `label ${name}: wildcards work in topics only`);
  }
  return labels;
}

function readTagCondition(reader: PolicyReader, member: Member | undefined): TagCondition | undefined {
  if (!member) return undefined;
  if (isSeq(member.value)) {
    const any = reader.list(member, 'risk_tags', tagFault);
    return any?.length === 0 ? { untagged: true } : any && { any };
  }
  const section = reader.section(member, 'risk_tags', ['any', 'all', 'none']);
  if (!section) return undefined;
  const { members } = section;
  if (members.size === 0) {
    return reader.fault(
      member.value,
      ProblemCode.EmptyCondition,
      'risk_tags is empty; use [] for no tags at all',
    );
  }
  const any = readAnyOf(reader, members.get('any'), 'risk_tags.any', tagFault);
  const all = readAnyOf(reader, members.get('all'), 'risk_tags.all', tagFault);
  const none = readAnyOf(reader, members.get('none'), 'risk_tags.none', tagFault);
  return { ...(any && { any }), ...(all && { all }), ...(none && { none }) };
}
