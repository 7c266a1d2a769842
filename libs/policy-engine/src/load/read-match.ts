import { isSeq, type Node } from 'yaml';
import { isTag } from '../decide/policy-request.js';
import type { MatchException, RuleMatch, TagCondition } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';
import {
  readActions,
  readAgents,
  readAnyOf,
  readCapabilities,
  readResources,
  readTenants,
  readTopics,
} from './read-names.js';

export { readAnyOf } from './read-names.js';

const MATCH_KEYS = [
  'topics',
  'tenants',
  'agents',
  'actions',
  'resources',
  'capabilities',
  'capabilities_outside',
  'labels',
  'risk_tags',
  'except',
];
const LABEL_NAME = /^[A-Za-z0-9._/-]{1,128}$/;

/** Says why a text is no risk tag. */
export function tagFault(text: string): string | undefined {
  return isTag(text) ? undefined : 'is no tag: tags are up to 64 of a-z, 0-9, _ and -';
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
  const capabilities = readCapabilities(reader, members.get('capabilities'), 'capabilities');
  const outside = readCapabilities(reader, members.get('capabilities_outside'), 'capabilities_outside');
  const labels = readLabels(reader, members.get('labels'));
  const tagsMember = members.get('risk_tags');
  const tags = readTagCondition(reader, tagsMember);
  const except = readException(reader, members.get('except'));
  const match = {
    ...readWho(reader, members, ''),
    ...(capabilities && { capabilities }),
    ...(outside && { capabilities_outside: outside }),
    ...(labels && { labels }),
    ...(tags && { risk_tags: tags }),
    ...(except && { except }),
  };
  return { match, ...(tagsMember && { tagsKey: tagsMember.key }) };
}

const EXCEPT_KEYS = ['topics', 'tenants', 'agents', 'actions', 'resources'];

/** The conditions that a match and its exception share. */
function readWho(
  reader: PolicyReader,
  members: ReadonlyMap<string, Member>,
  within: 'except.' | '',
): MatchException {
  const topics = readTopics(reader, members.get('topics'), `${within}topics`);
  const tenants = readTenants(reader, members.get('tenants'), `${within}tenants`);
  const agents = readAgents(reader, members.get('agents'), `${within}agents`);
  const actions = readActions(reader, members.get('actions'), `${within}actions`);
  const resources = readResources(reader, members.get('resources'), `${within}resources`);
  return {
    ...(topics && { topics }),
    ...(tenants && { tenants }),
    ...(agents && { agents }),
    ...(actions && { actions }),
    ...(resources && { resources }),
  };
}

function readException(reader: PolicyReader, member: Member | undefined): MatchException | undefined {
  const section = member && reader.section(member, 'except', EXCEPT_KEYS);
  if (!section) return undefined;
  if (section.members.size > 0) return readWho(reader, section.members, 'except.');
  return reader.fault(section.node, ProblemCode.EmptyCondition, 'except is empty; leave it out');
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
