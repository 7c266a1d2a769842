import type { ClassifyMatch, MatchException, RuleMatch, TagCondition } from '../policy-rule.js';

/** Names told of a long list; the others are counted. */
const MOST_NAMES = 6;

/** What a rule asks by one of its conditions, for people. Holds nothing of the job. */
export function describeCondition(match: RuleMatch, condition: keyof RuleMatch): string {
  switch (condition) {
    case 'topics':
    case 'tenants':
    case 'agents':
    case 'actions':
    case 'resources':
    case 'capabilities':
      return `asks for one of the ${condition} ${names(match[condition])}`;
    case 'capabilities_outside':
      return `asks for a capability other than ${names(match.capabilities_outside)}`;
    case 'labels':
      return `asks for ${(match.labels ?? []).map(([name, value]) => `the label ${name}=${value}`).join(' and ')}`;
    case 'risk_tags':
      return match.risk_tags ? describeTags(match.risk_tags) : 'asks for tags';
    case 'except':
      return match.except ? describeException(match.except) : 'has exceptions';
  }
}

/** What a classify rule asks by one of its conditions. */
export function describeClassify(match: ClassifyMatch, condition: keyof ClassifyMatch): string {
  switch (condition) {
    case 'topics':
      return `asks for one of the topics ${names(match.topics)}`;
    case 'topic_tokens':
      return `asks for a part of the topic like ${names(match.topic_tokens)}`;
    case 'params_contain':
      return `asks for params with one of ${names(match.params_contain)}`;
  }
}

function describeTags({ untagged, any, all, none }: TagCondition): string {
  const parts = [
    ...(untagged ? ['no tag at all'] : []),
    ...(any ? [`one of the tags ${names(any)}`] : []),
    ...(all ? [`all of the tags ${names(all)}`] : []),
    ...(none ? [`none of the tags ${names(none)}`] : []),
  ];
  return `asks for ${parts.join(' and ')}`;
}

function describeException(except: MatchException): string {
  const parts = Object.entries(except).map(
    ([part, list]) => `the ${part} ${names(list as readonly string[])}`,
  );
  return `makes an exception for ${parts.join(', and for ')}`;
}

function names(list: readonly string[] = []): string {
  const told = list.slice(0, MOST_NAMES).join(', ');
  return list.length > MOST_NAMES ? `${told} and ${list.length - MOST_NAMES} more` : told;
}
