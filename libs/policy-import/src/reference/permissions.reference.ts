import { parse } from 'yaml';
import type { PolicyRequest } from '@countersign/policy-engine';
import type { Verdict } from './verdict.js';

interface Manifest {
  readonly agent_id: string;
  readonly permissions: readonly { readonly resource: string; readonly actions: readonly string[] }[];
  readonly denied_actions: readonly string[];
}

const actionOf = ({ action, topic }: PolicyRequest) =>
  action?.toLowerCase() ?? topic.slice(topic.lastIndexOf('.') + 1);

/** Decides as a permission manifest says: what is denied, then whether one permission covers action and resource. */
export function manifestReference(text: string): (request: PolicyRequest) => Verdict {
  const { agent_id: agent, permissions, denied_actions: denied } = parse(text) as Manifest;
  return (request) => {
    const action = actionOf(request);
    if (request.agentId !== agent) return { type: 'DENY', branch: 'other agent' };
    if (denied.includes(action)) return { type: 'DENY', branch: 'denied' };
    const own = permissions.filter(({ actions }) => actions.includes(action));
    if (own.length === 0) return { type: 'DENY', branch: 'no permission' };
    if (own.some(({ resource }) => resource === '*')) return { type: 'ALLOW', branch: 'any resource' };
    if (request.resource === undefined) return { type: 'DENY', branch: 'no resource' };
    const plain = request.resource
      .toLowerCase()
      .replace(/^https:\/\//, '')
      .replace(/\.git$/, '');
    const covered = own.some(({ resource }) => covers(resource.toLowerCase(), plain));
    return covered ? { type: 'ALLOW', branch: 'permitted' } : { type: 'DENY', branch: 'other resource' };
  };
}

/** `*` within a part, `**` any number of parts. */
function covers(pattern: string, resource: string): boolean {
  const [first, ...rest] = pattern.split('/');
  const [part, ...parts] = resource.split('/');
  return walk([first ?? '', ...rest], [part ?? '', ...parts]);
}

function walk([first, ...rest]: readonly string[], parts: readonly string[]): boolean {
  if (first === undefined) return parts.length === 0;
  if (first === '**')
    return walk(rest, parts) || (parts.length > 0 && walk([first, ...rest], parts.slice(1)));
  const [part, ...others] = parts;
  if (part === undefined) return false;
  const [head = '', tail] = first.split('*');
  const fits = tail === undefined ? part === head : part.startsWith(head) && part.endsWith(tail);
  return fits && walk(rest, others);
}

/** Decides as a tier map says: 0 and 1 run, 2 with a compensation, 3 and 4 and everything unlisted with a person. */
export function tierReference(text: string): (request: PolicyRequest) => Verdict {
  const { tiers } = parse(text) as { readonly tiers: Readonly<Record<string, readonly string[]>> };
  return (request) => {
    if (!request.topic.startsWith('job.github.')) return { type: 'DENY', branch: 'elsewhere' };
    const found = Object.keys(tiers).find((tier) => tiers[tier]?.includes(actionOf(request)));
    const tier = found === undefined ? 4 : Number(found);
    const branch = found === undefined ? 'unlisted' : `tier ${tier}`;
    if (tier < 2) return { type: 'ALLOW', branch };
    if (tier > 2) return { type: 'REQUIRE_APPROVAL', branch };
    return request.details?.['compensation'] === undefined
      ? { type: 'DENY', branch: 'no compensation' }
      : { type: 'ALLOW', branch };
  };
}
