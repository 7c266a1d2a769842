import { chance, oneOf, shuffled, someOf, type Draw } from './draw.js';
import {
  ACTION_GLOBS,
  AGENTS,
  AREAS,
  CAPABILITIES,
  LABELS,
  RESOURCE_GLOBS,
  TAGS,
  TENANTS,
  VERBS,
} from './words.js';

/** A topic pattern: wide ones more often than not. */
export function randomPattern(draw: Draw): string {
  const area = oneOf(draw, [...AREAS, '*']);
  const verb = oneOf(draw, [...VERBS, '*', '*', '>', '>']);
  if (verb === '>') return `job.${area}.>`;
  return chance(draw, 15) ? `job.${area}.*.${verb}` : `job.${area}.${verb}`;
}

const CONDITIONS = [
  'topics',
  'topics',
  'tenants',
  'agents',
  'actions',
  'resources',
  'capabilities',
  'capabilities_outside',
  'labels',
  'risk_tags',
  'risk_tags',
  'except',
] as const;

/** One to `most` conditions, each of its own kind. */
export function randomMatch(draw: Draw, most: number): Record<string, unknown> {
  const names = new Set(shuffled(draw, CONDITIONS).slice(0, 1 + draw(most)));
  if (chance(draw, 50)) names.add('topics');
  const match: Record<string, unknown> = {};
  for (const name of names) match[name] = randomPart(draw, name);
  // An exception alone is no condition.
  if (names.size === 1 && names.has('except')) match['topics'] = ['job.>'];
  return match;
}

function randomPart(draw: Draw, name: (typeof CONDITIONS)[number]): unknown {
  switch (name) {
    case 'topics':
      return Array.from({ length: 1 + draw(2) }, () => randomPattern(draw));
    case 'tenants':
      return someOf(draw, TENANTS);
    case 'agents':
      return someOf(draw, AGENTS);
    case 'actions':
      return someOf(draw, ACTION_GLOBS);
    case 'resources':
      return someOf(draw, RESOURCE_GLOBS);
    case 'capabilities':
    case 'capabilities_outside':
      return someOf(draw, CAPABILITIES);
    case 'labels':
      return randomLabels(draw);
    case 'risk_tags':
      return randomTags(draw);
    case 'except':
      return randomException(draw);
  }
}

function randomLabels(draw: Draw): Record<string, string> {
  const both = chance(draw, 30);
  const env = both || chance(draw, 60);
  return {
    ...(env && { env: oneOf(draw, LABELS.env) }),
    ...((both || !env) && { team: oneOf(draw, LABELS.team) }),
  };
}

function randomTags(draw: Draw): unknown {
  switch (draw(5)) {
    case 0:
      return [];
    case 1:
      return someOf(draw, TAGS);
    case 2:
      return { any: someOf(draw, TAGS), none: someOf(draw, TAGS, 1) };
    case 3:
      return { all: someOf(draw, TAGS) };
    default:
      return { none: someOf(draw, TAGS) };
  }
}

function randomException(draw: Draw): Record<string, unknown> {
  const parts = {
    topics: [randomPattern(draw)],
    tenants: someOf(draw, TENANTS, 1),
    agents: someOf(draw, AGENTS, 1),
    actions: someOf(draw, ACTION_GLOBS, 1),
    resources: someOf(draw, RESOURCE_GLOBS, 1),
  };
  const names = someOf(draw, ['topics', 'tenants', 'agents', 'actions', 'resources'] as const);
  return Object.fromEntries(names.map((name) => [name, parts[name]]));
}
