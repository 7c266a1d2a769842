import { parse } from 'yaml';
import type { PolicyRequest } from '@countersign/policy-engine';
import type { Verdict } from './verdict.js';

interface Source {
  readonly agent_id: string;
  readonly operating_hours: {
    readonly start: string;
    readonly end: string;
    readonly days: readonly string[];
    readonly timezone: string;
  };
  readonly rate_limits: Readonly<Record<string, string>>;
  readonly approval_required: readonly string[];
  readonly auto_approve: readonly string[];
  readonly blacklist: { readonly repositories: readonly string[]; readonly actions: readonly string[] };
}

/**
 * Decides as a framework file says: hours, blacklists, what is listed, approvals, rates. Holes that the import closes
 * are closed here too: no resource, other spellings of it, a label list that is left out or holds
 * something other than texts.
 */
export function frameworkReference(
  text: string,
  limits: Readonly<Record<string, readonly string[]>>,
): (request: PolicyRequest) => Verdict {
  const source = parse(text) as Source;
  return (request) => {
    const action = request.action?.toLowerCase() ?? request.topic.slice(request.topic.lastIndexOf('.') + 1);
    if (request.agentId !== source.agent_id) return { type: 'DENY', branch: 'other agent' };
    if (!isOpen(source, request.now ?? '')) {
      return { type: 'DENY', branch: 'hours', reason: 'Outside the operating hours' };
    }
    if (source.blacklist.actions.includes(action)) {
      return { type: 'DENY', branch: 'blacklisted action', reason: 'The action is blacklisted' };
    }
    if (request.resource === undefined) return { type: 'DENY', branch: 'no resource' };
    if (source.blacklist.repositories.some((pattern) => isIn(request.resource ?? '', pattern))) {
      return { type: 'DENY', branch: 'blacklisted repository', reason: 'The repository is blacklisted' };
    }
    const asked = source.approval_required.map(
      (entry) => /^(\w+?)(?:_with_label:"(.*)")?$/.exec(entry) ?? [],
    );
    const own = asked.filter(([, name]) => name === action);
    const automatic = source.auto_approve.includes(action);
    if (own.length === 0 && !automatic)
      return { type: 'DENY', branch: 'unlisted', reason: 'The action is not listed' };
    const labels = (request.params as { labels?: unknown }).labels;
    const given = textsOf(labels);
    if (own.some(([, , label]) => label !== undefined) && !given)
      return { type: 'DENY', branch: 'no labels' };
    const waits = own.filter(([, , label]) => label === undefined || given?.includes(label.toLowerCase()));
    if (waits.length > 0) return { type: 'REQUIRE_APPROVAL', branch: 'approval' };
    if (!automatic)
      return { type: 'DENY', branch: 'unlisted case', reason: 'This case of the action is not listed' };
    const limited = Object.keys(source.rate_limits).some((name) => (limits[name] ?? [name]).includes(action));
    return limited ? { type: 'THROTTLE', branch: 'rate' } : { type: 'ALLOW', branch: 'automatic' };
  };
}

/** Labels in lower case; nothing if one of them is no text, as `{name: …}` in the answers of an API. */
function textsOf(labels: unknown): readonly string[] | undefined {
  if (!Array.isArray(labels)) return undefined;
  const texts = labels.filter((label) => typeof label === 'string');
  return texts.length < labels.length ? undefined : texts.map((text) => text.toLowerCase());
}

function isOpen({ operating_hours: { start, end, days, timezone } }: Source, now: string): boolean {
  const local = new Date(now).toLocaleString('sv-SE', { timeZone: timezone }).slice(11, 16);
  const day = new Date(now)
    .toLocaleDateString('en-US', { timeZone: timezone, weekday: 'long' })
    .toLowerCase();
  return days.includes(day) && local >= start && local < end;
}

/** The repository is the two parts behind the host, or behind `repos` of an API; without a host it is the first two. */
function isIn(resource: string, pattern: string): boolean {
  const parts = resource
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\.git$/, '')
    .split('/');
  const [wantedOwner = '', wantedName = ''] = pattern.toLowerCase().split('/');
  const isAt = (at: number) =>
    partMatches(parts[at] ?? '', wantedOwner) &&
    parts[at + 1] !== undefined &&
    partMatches(parts[at + 1] ?? '', wantedName);
  return isAt(0) || isAt(1) || (parts[1] === 'repos' && isAt(2));
}

function partMatches(part: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return part === pattern;
  return part.startsWith(pattern.slice(0, star)) && part.endsWith(pattern.slice(star + 1));
}
