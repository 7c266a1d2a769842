import { readVersion } from '../agent-policy/read-agent-policy.js';
import { ImportProblemCode } from '../import-result.js';
import type { ImportSession } from '../import-session.js';
import { idPart } from '../source/grammar.js';
import type { Entry, SourceNode } from '../source/source-node.js';
import { isCelMember } from '../write/cel.js';
import { commandPrefix, type CommandPrefix } from './command-prefix.js';
import { looksLikePattern } from './blocked-patterns.js';

/** Keys of a work-order policy. */
export const WORK_ORDER_KEYS = [
  'policy_id',
  'policy_version',
  'version',
  'description',
  'allowed_shell_prefixes',
  'blocked_shell_patterns',
  'max_retries_hard_cap',
  'min_backoff_sec',
  'max_backoff_sec',
  'required_step_fields',
  'required_success_markers',
  'required_state_paths',
];

/** A prefix and where it stands. */
export interface ReadPrefix extends CommandPrefix {
  readonly node: SourceNode;
}

/** A work-order policy as read. Limits that it does not set are undefined; lists that it does not have are empty. */
export interface WorkOrderPolicy {
  readonly root: SourceNode;
  readonly policyId: string;
  readonly version: string;
  readonly prefixes: readonly ReadPrefix[];
  readonly blocked: readonly Entry[];
  readonly retriesCap?: number;
  /** In seconds. */
  readonly minBackoff?: number;
  /** In seconds. */
  readonly maxBackoff?: number;
  readonly stepFields: readonly Entry[];
  readonly successMarkers: readonly Entry[];
  readonly statePaths: readonly Entry[];
  readonly members: ReadonlyMap<string, SourceNode>;
}

/** Most prefixes: as many as one rule can ask for. */
const MAX_PREFIXES = 100;
const POLICY_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Reads a work-order policy; what is wrong with it ends up among the session's problems. */
export function readWorkOrderPolicy(session: ImportSession, root: SourceNode): WorkOrderPolicy {
  const members = session.members(root, 'the work-order policy', WORK_ORDER_KEYS);
  const count = (key: string) => members.get(key)?.count(key, 0);
  const texts = (key: string) =>
    members.get(key)?.list(key, (entry) => entry.text(`an entry of ${key}`)) ?? [];
  const fields = (key: string) => members.get(key)?.list(key, (entry) => readField(entry, key)) ?? [];
  const [retriesCap, minBackoff, maxBackoff] = [
    count('max_retries_hard_cap'),
    count('min_backoff_sec'),
    count('max_backoff_sec'),
  ];
  if (minBackoff !== undefined && maxBackoff !== undefined && minBackoff > maxBackoff) {
    members
      .get('min_backoff_sec')
      ?.fault(ImportProblemCode.BadValue, 'min_backoff_sec is above max_backoff_sec');
  }
  const id = members
    .get('policy_id')
    ?.word('policy_id', POLICY_ID, 'letters, digits and ._- (at most 128 characters)');
  return {
    root,
    policyId: id ?? idPart(session.file.replace(/\.[a-z]+$/i, '')),
    version: readVersion(members.get('policy_version') ?? members.get('version')),
    prefixes: readPrefixes(members.get('allowed_shell_prefixes')),
    blocked: readBlocked(session, members.get('blocked_shell_patterns')),
    ...(retriesCap !== undefined && { retriesCap }),
    ...(minBackoff !== undefined && { minBackoff }),
    ...(maxBackoff !== undefined && { maxBackoff }),
    stepFields: fields('required_step_fields'),
    successMarkers: texts('required_success_markers'),
    statePaths: texts('required_state_paths'),
    members,
  };
}

function readField(entry: SourceNode, key: string): string | undefined {
  const name = entry.text(`an entry of ${key}`);
  if (name === undefined || isCelMember(name)) return name;
  return entry.fault(ImportProblemCode.BadValue, `${JSON.stringify(name)} can't be the name of a field`);
}

function readPrefixes(node: SourceNode | undefined): ReadPrefix[] {
  const prefixes: ReadPrefix[] = [];
  if (node?.content.kind === 'list' && node.content.items.length > MAX_PREFIXES) {
    node.fault(
      ImportProblemCode.TooLarge,
      `more than ${MAX_PREFIXES} prefixes: allow fewer, longer beginnings`,
    );
  }
  for (const entry of node?.items('allowed_shell_prefixes') ?? []) {
    const text = entry.text('an entry of allowed_shell_prefixes');
    if (text === undefined) continue;
    const prefix = commandPrefix(text);
    if (typeof prefix === 'string') {
      entry.fault(ImportProblemCode.BadValue, `the prefix ${JSON.stringify(text)} ${prefix}`);
    } else if (prefixes.some((other) => other.text === prefix.text)) {
      entry.fault(ImportProblemCode.BadValue, `the prefix ${JSON.stringify(prefix.text)} stands twice`);
    } else prefixes.push({ ...prefix, node: entry });
  }
  return prefixes;
}

function readBlocked(session: ImportSession, node: SourceNode | undefined): Entry[] {
  const entries = node?.list('blocked_shell_patterns', (entry) =>
    entry.text('an entry of blocked_shell_patterns'),
  );
  for (const { value, node: at } of entries ?? []) {
    if (!looksLikePattern(value)) continue;
    if (session.options.literalPatterns) session.asked(at, `${value} is meant letter by letter`);
    else {
      session.question(
        at,
        `${JSON.stringify(value)} looks like a regular expression, and blocked patterns are looked for letter by ` +
          'letter: write out what is meant, or answer with the option literalPatterns',
      );
    }
  }
  return entries ?? [];
}
