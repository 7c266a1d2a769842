import type { ClassifyMatch, MatchException, RuleMatch, TagCondition } from '../policy-rule.js';
import { listed } from './listed.js';

/** What a rule asks by one of its conditions, for people. Holds nothing of the job. */
export function describeCondition(match: RuleMatch, condition: keyof RuleMatch): string {
  switch (condition) {
    case 'topics':
    case 'tenants':
    case 'agents':
    case 'actions':
    case 'resources':
    case 'capabilities':
      return `asks for one of the ${condition} ${listed(match[condition])}`;
    case 'capabilities_outside':
      return `asks for a capability other than ${listed(match.capabilities_outside)}`;
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
      return `asks for one of the topics ${listed(match.topics)}`;
    case 'topic_tokens':
      return `asks for a part of the topic like ${listed(match.topic_tokens)}`;
    case 'params_contain':
      return `asks for params with one of ${listed(match.params_contain)}`;
  }
}

function describeTags({ untagged, any, all, none }: TagCondition): string {
  const parts = [
    ...(untagged ? ['no tag at all'] : []),
    ...(any ? [`one of the tags ${listed(any)}`] : []),
    ...(all ? [`all of the tags ${listed(all)}`] : []),
    ...(none ? [`none of the tags ${listed(none)}`] : []),
  ];
  return `asks for ${parts.join(' and ')}`;
}

function describeException(except: MatchException): string {
  const parts = Object.entries(except).map(
    ([part, list]) => `the ${part} ${listed(list as readonly string[])}`,
  );
  return `makes an exception for ${parts.join(', and for ')}`;
}
