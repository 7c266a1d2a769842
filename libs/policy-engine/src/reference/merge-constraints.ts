import type { Constraints } from '../policy-rule.js';
import { ReferenceFault } from './reference-fault.js';

/** What satisfies all of a list of constraints, one member after the other. */
export function tightestConstraints(all: readonly Constraints[]): Constraints {
  const merged: Record<string, unknown> = {};
  for (const name of ['max_runtime_sec', 'max_retries', 'max_output_bytes', 'memory_mb', 'cpus'] as const) {
    const limits = stated(all.map((constraints) => constraints[name]));
    if (limits.length > 0) merged[name] = Math.min(...limits);
  }
  const waits = stated(all.map((constraints) => constraints.backoff_sec));
  if (waits.length > 0) {
    merged['backoff_sec'] = {
      min: Math.max(...waits.map(({ min }) => min)),
      max: Math.max(...waits.map(({ max }) => max)),
    };
  }
  const paths = stated(all.map((constraints) => constraints.paths));
  if (paths.length > 0) {
    merged['paths'] = {
      ...common('read', stated(paths.map(({ read }) => read)), isInside),
      ...common('write', stated(paths.map(({ write }) => write)), isInside),
    };
  }
  const networks = stated(all.map((constraints) => constraints.network));
  if (networks.length > 0)
    merged['network'] = common('allow', stated(networks.map(({ allow }) => allow)), isHostIn);
  const variables = stated(all.map((constraints) => constraints.env)).flatMap((env) => Object.entries(env));
  if (variables.length > 0) merged['env'] = oneValueEach(variables);
  return merged;
}

function stated<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}

/** What is in every list: of two entries the one that is inside the other, if one is. */
function common(
  name: string,
  lists: readonly (readonly string[])[],
  isIn: (narrow: string, wide: string) => string | undefined,
): Record<string, readonly string[]> {
  const [first, ...others] = lists;
  if (first === undefined) return {};
  let left = [...first];
  for (const list of others) {
    left = left.flatMap((entry) => list.flatMap((other) => isIn(entry, other) ?? isIn(other, entry) ?? []));
  }
  return { [name]: [...new Set(left)].sort() };
}

/** A path that is a folder or in it; `.` is the folder of every relative path. */
function isInside(path: string, folder: string): string | undefined {
  if (path === folder) return path;
  if (folder === '.') return path.startsWith('/') ? undefined : path;
  if (folder === '/') return path.startsWith('/') ? path : undefined;
  return path.startsWith(`${folder}/`) ? path : undefined;
}

/** A host with or without port that is one of a pattern's, narrowed to the port that one of them names. */
function isHostIn(host: string, pattern: string): string | undefined {
  const [name = '', port] = host.split(':');
  const [wideName = '', widePort] = pattern.split(':');
  const isName = name === wideName || (wideName.startsWith('*.') && name.endsWith(wideName.slice(1)));
  if (!isName || (port !== undefined && widePort !== undefined && port !== widePort)) return undefined;
  const both = port ?? widePort;
  return both === undefined ? name : `${name}:${both}`;
}

function oneValueEach(
  variables: readonly (readonly [name: string, value: string])[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of variables) {
    if (values[name] !== undefined && values[name] !== value)
      throw new ReferenceFault(`two values of ${name}`);
    values[name] = value;
  }
  return values;
}
