import { readVersion } from '../agent-policy/read-agent-policy.js';
import { readRate } from '../framework/read-rate.js';
import { ImportProblemCode } from '../import-result.js';
import type { ImportSession } from '../import-session.js';
import { ACTION, readActions, readAgent, tellNames } from '../source/grammar.js';
import { leaves } from '../source/leaves.js';
import type { Entry, SourceNode } from '../source/source-node.js';

/** Actions on resources; `*` as a resource is any, also none. */
export interface Permission {
  readonly node: SourceNode;
  readonly actions: readonly string[];
  readonly resources: readonly string[] | 'any';
}

/** A path in front of an upstream API. */
export interface GatewayRoute {
  readonly node: SourceNode;
  readonly path: string;
  readonly rate?: string;
  readonly burst?: number;
}

/** A file with a permission manifest, a tier map, gateway routes, or several of them. */
export interface PermissionFile {
  readonly root: SourceNode;
  readonly agent?: string;
  readonly version: string;
  readonly permissions?: readonly Permission[];
  readonly denied: readonly Entry[];
  /** The tier of each action. */
  readonly tiers?: ReadonlyMap<string, { readonly tier: number; readonly node: SourceNode }>;
  readonly routes: readonly GatewayRoute[];
}

const KEYS = ['agent_id', 'version', 'description', 'permissions', 'denied_actions', 'tiers', 'routes'];
const RESOURCE = /^[A-Za-z0-9_*-][A-Za-z0-9_.*-]*(?:\/[A-Za-z0-9_*-][A-Za-z0-9_.*-]*)*$/;
const ROUTE_KEYS = ['path', 'rate_limit', 'burst'];
/** What the gateway itself keeps; named in the report. */
const EDGE_KEYS = ['methods', 'required_headers', 'required_claims', 'auth', 'ip_allowlist', 'upstream'];

/** Reads manifests, tier maps and routes; what is wrong ends up among the session's problems. */
export function readPermissions(session: ImportSession, root: SourceNode): PermissionFile {
  const members = session.members(root, 'the permission file', KEYS);
  const agent = readAgent(members.get('agent_id'), 'agent_id');
  const listed = members.get('permissions');
  if (listed && agent === undefined && !members.has('agent_id')) {
    root.fault(ImportProblemCode.MissingKey, 'permissions need an agent_id: they are of one agent');
  }
  tellNames(session, members);
  const tiers = members.get('tiers');
  return {
    root,
    ...(agent !== undefined && { agent }),
    version: readVersion(members.get('version')),
    ...(listed && {
      permissions: (listed.items('permissions') ?? []).flatMap((item) => readPermission(session, item) ?? []),
    }),
    denied: readActions(members.get('denied_actions'), 'denied_actions'),
    ...(tiers && { tiers: readTierMap(tiers) }),
    routes: (members.get('routes')?.items('routes') ?? []).flatMap((item) => readRoute(session, item) ?? []),
  };
}

function readPermission(session: ImportSession, item: SourceNode): Permission | undefined {
  const members = session.members(item, 'a permission', ['resource', 'resources', 'actions']);
  const one = members.get('resource');
  const many = members.get('resources');
  if ((one === undefined) === (many === undefined)) {
    return item.fault(ImportProblemCode.MissingKey, 'a permission needs resource or resources ("*" for any)');
  }
  const shape = 'parts between slashes, * within a part, ** for any parts, or "*" alone for any resource';
  const read = (node: SourceNode) => node.word('a resource', RESOURCE, shape);
  const resources = many
    ? many.list('resources', read).map(({ value }) => value)
    : [(one && read(one)) ?? ''];
  const actions = readActions(members.get('actions'), 'the actions of a permission').map(
    ({ value }) => value,
  );
  if (actions.length === 0 || resources.length === 0) {
    return item.fault(
      ImportProblemCode.MissingKey,
      'a permission needs at least one action and one resource',
    );
  }
  return {
    node: item,
    actions,
    resources: resources.includes('*') ? 'any' : resources.map((resource) => resource.toLowerCase()),
  };
}

/** `{ read_file: 0, merge: 3 }`, or `{ 0: [read_file], tier_3: [merge] }`. */
function readTierMap(
  node: SourceNode,
): ReadonlyMap<string, { readonly tier: number; readonly node: SourceNode }> {
  const tiers = new Map<string, { readonly tier: number; readonly node: SourceNode }>();
  const set = (action: string, tier: number, at: SourceNode) => {
    if (tiers.has(action)) at.fault(ImportProblemCode.BadValue, `${action} has two tiers`);
    else tiers.set(action, { tier, node: at });
  };
  for (const [name, member] of node.anyMembers('tiers') ?? []) {
    const tier = /^(?:tier[_-]?)?([0-4])$/.exec(name)?.[1];
    if (member.content.kind === 'list') {
      if (tier === undefined)
        member.fault(ImportProblemCode.BadValue, `${JSON.stringify(name)} is no tier from 0 to 4`);
      else for (const { value, node: at } of readActions(member, 'a tier')) set(value, Number(tier), at);
      continue;
    }
    const value = member.count('a tier', 0);
    if (value === undefined) continue;
    if (value > 4) member.fault(ImportProblemCode.BadValue, 'tiers go from 0 to 4');
    else if (!ACTION.test(name))
      member.fault(ImportProblemCode.BadValue, `${JSON.stringify(name)} is no action`);
    else set(name.toLowerCase(), value, member);
  }
  if (tiers.size === 0) node.fault(ImportProblemCode.BadValue, 'tiers is empty');
  return tiers;
}

function readRoute(session: ImportSession, item: SourceNode): GatewayRoute | undefined {
  const members = session.members(item, 'a route', [...ROUTE_KEYS, ...EDGE_KEYS]);
  for (const key of EDGE_KEYS) {
    const member = members.get(key);
    for (const { node, value } of member ? leaves(member) : []) {
      session.notExpressed(node, `${value}: kept by the gateway, in its own list of routes`);
    }
  }
  const path = members
    .get('path')
    ?.word('path', /^\/[A-Za-z0-9_./*-]{1,255}$/, 'a path such as /api/github/*');
  if (!members.has('path')) return item.fault(ImportProblemCode.MissingKey, 'a route needs a path');
  const rateNode = members.get('rate_limit');
  const rate = rateNode && readRate(rateNode, 'rate_limit');
  const burst = members.get('burst')?.count('burst', 1);
  if (burst !== undefined && !rateNode)
    item.fault(ImportProblemCode.MissingKey, 'burst stands beside no rate_limit');
  if (path === undefined) return undefined;
  return { node: item, path, ...(rate !== undefined && { rate }), ...(burst !== undefined && { burst }) };
}
