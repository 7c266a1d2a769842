import { readVersion } from '../agent-policy/read-agent-policy.js';
import { readHours } from '../hours/read-hours.js';
import type { OperatingHours } from '../hours/operating-hours.js';
import { ImportProblemCode } from '../import-result.js';
import type { ImportSession } from '../import-session.js';
import { ACTION, AGENT, readActions, readAgent, tellNames } from '../source/grammar.js';
import { leaves } from '../source/leaves.js';
import type { Entry, SourceNode } from '../source/source-node.js';
import { readRate } from './read-rate.js';

/** Keys of a framework file. */
export const FRAMEWORK_KEYS = [
  'agent_id',
  'name',
  'version',
  'description',
  'operating_hours',
  'rate_limits',
  'approval_required',
  'auto_approve',
  'blacklist',
  'monitoring',
  'rollback',
];

/** An action that a person must approve, at all or when a list of the job has a member. */
export interface ApprovalEntry {
  readonly node: SourceNode;
  readonly text: string;
  readonly action: string;
  readonly having?: { readonly name: string; readonly value: string };
}

/** A named rate, as the language writes it. */
export interface RateEntry {
  readonly node: SourceNode;
  readonly name: string;
  readonly rate: string;
}

/** A framework file as read. */
export interface Framework {
  readonly root: SourceNode;
  readonly agents: readonly string[];
  readonly name: string;
  readonly version: string;
  readonly hours?: { readonly node: SourceNode; readonly window: OperatingHours };
  readonly rates: readonly RateEntry[];
  readonly approvals: readonly ApprovalEntry[];
  readonly automatic: readonly Entry[];
  readonly repositories: readonly Entry[];
  readonly forbidden: readonly Entry[];
  /** Failed runs are rolled back. */
  readonly rollback: boolean;
}

const REPOSITORY = /^(?:[A-Za-z0-9_.*-]+\/)?[A-Za-z0-9_.*-]+\/[A-Za-z0-9_.*-]+$/;

/** Reads a framework file; what is wrong with it ends up among the session's problems. */
export function readFramework(session: ImportSession, root: SourceNode): Framework {
  const members = session.members(root, 'the framework', FRAMEWORK_KEYS);
  const agent = readAgent(members.get('agent_id'), 'agent_id');
  const name = members.get('name')?.word('name', AGENT, 'a short name');
  const hoursNode = members.get('operating_hours');
  const window = hoursNode && readHours(session, hoursNode);
  const blacklist = members.get('blacklist');
  const listed = blacklist ? session.members(blacklist, 'blacklist', ['repositories', 'actions']) : new Map();
  tellNames(session, members);
  const monitoring = members.get('monitoring');
  for (const { node, value } of monitoring ? leaves(monitoring) : []) {
    session.notExpressed(node, `${value}: alerts and metrics are set up beside the policy, not in it`);
  }
  return {
    root,
    agents: agent === undefined ? (session.options.agents ?? []) : [agent],
    name: agent ?? name ?? 'framework',
    version: readVersion(members.get('version')),
    ...(hoursNode && window && { hours: { node: hoursNode, window } }),
    rates: readRates(members.get('rate_limits')),
    approvals: readApprovals(members.get('approval_required')),
    automatic: readActions(members.get('auto_approve'), 'auto_approve'),
    repositories: readRepositories(listed.get('repositories') as SourceNode | undefined),
    forbidden: readActions(listed.get('actions') as SourceNode | undefined, 'blacklist.actions'),
    rollback: readRollback(session, members.get('rollback')),
  };
}

function readRates(node: SourceNode | undefined): RateEntry[] {
  const rates: RateEntry[] = [];
  for (const [name, member] of node?.anyMembers('rate_limits') ?? []) {
    const rate = readRate(member, `the rate of ${JSON.stringify(name)}`);
    if (rate !== undefined) rates.push({ node: member, name, rate });
  }
  return rates;
}

function readApprovals(node: SourceNode | undefined): ApprovalEntry[] {
  const entries: ApprovalEntry[] = [];
  for (const item of node?.items('approval_required') ?? []) {
    const text = approvalText(item);
    if (text === undefined) continue;
    const entry = approvalEntry(item, text);
    if (!entry) {
      item.fault(
        ImportProblemCode.BadCondition,
        `${JSON.stringify(text)} is neither an action nor of the form close_issue_with_label:"wontfix"`,
      );
    } else if (entries.some((other) => other.text === text)) {
      item.fault(ImportProblemCode.BadValue, `approval_required names ${JSON.stringify(text)} twice`);
    } else entries.push(entry);
  }
  return entries;
}

/** With a blank behind the colon YAML reads a mapping of one member; the same is meant. */
function approvalText(item: SourceNode): string | undefined {
  const [member, ...more] = item.content.kind === 'mapping' ? item.content.members : [];
  if (!member || more.length > 0) return item.text('an entry of approval_required');
  const value = member[1].text('the value of an entry of approval_required');
  return value === undefined ? undefined : `${member[0]}:${JSON.stringify(value)}`;
}

function approvalEntry(node: SourceNode, text: string): ApprovalEntry | undefined {
  if (ACTION.test(text)) return { node, text, action: text.toLowerCase() };
  const [, action, name, quoted] = /^(\w+?)_with_(\w+):\s*("[^"\\]+"|'[^'\\]+')$/.exec(text) ?? [];
  if (action === undefined || name === undefined || quoted === undefined || !ACTION.test(action))
    return undefined;
  return { node, text, action: action.toLowerCase(), having: { name, value: quoted.slice(1, -1) } };
}

function readRepositories(node: SourceNode | undefined): Entry[] {
  const shape = 'owner/name or host/owner/name, * within a part';
  return node?.list('blacklist.repositories', (entry) => entry.word('a repository', REPOSITORY, shape)) ?? [];
}

/** Keys under which `true` means that failed runs are rolled back. */
const SWITCHES = ['enabled', 'automatic', 'auto_rollback'];

function readRollback(session: ImportSession, node: SourceNode | undefined): boolean {
  if (!node) return false;
  const switches = leaves(node).filter(
    ({ node: leaf, key }) => leaf === node || (SWITCHES.includes(key) && leaf.path === `${node.path}.${key}`),
  );
  for (const { node: leaf, value } of leaves(node)) {
    if (switches.some((one) => one.node === leaf)) continue;
    session.notExpressed(
      leaf,
      `${value}: how a rollback is done is said by the job's compensation, not by a rule`,
    );
  }
  const on = switches
    .map(({ node: leaf }) => leaf.flag('the switch of rollback'))
    .every((flag) => flag !== false);
  if (switches.length === 0) session.asked(node, 'rollback is described: failed runs are rolled back');
  else session.mapped(node, on ? 'failed runs are rolled back' : 'rollback is off');
  return on;
}
