import type { Constraints, PolicyRule } from '../policy-rule.js';
import { EvaluationFault } from './evaluation-fault.js';
import { intersectLists, meetHosts, meetPaths } from './intersect-lists.js';

type Merge<T> = (left: T, right: T) => T;

/** What both state is merged; what only one states is kept. */
function either<T>(left: T | undefined, right: T | undefined, merge: Merge<T>): T | undefined {
  if (left === undefined) return right;
  return right === undefined ? left : merge(left, right);
}

/**
 * Constraints that satisfy both: smallest limits, the common part of allow lists, the longest wait before a retry.
 * Commutative and associative, so the order of rules plays no part. The result may share parts
 * with its arguments.
 * Throws {@link EvaluationFault} when two rules set one environment variable to different values.
 */
export function mergeConstraints(left: Constraints, right: Constraints): Constraints {
  const merged = {
    max_runtime_sec: either(left.max_runtime_sec, right.max_runtime_sec, Math.min),
    max_retries: either(left.max_retries, right.max_retries, Math.min),
    max_output_bytes: either(left.max_output_bytes, right.max_output_bytes, Math.min),
    memory_mb: either(left.memory_mb, right.memory_mb, Math.min),
    cpus: either(left.cpus, right.cpus, Math.min),
    backoff_sec: either(left.backoff_sec, right.backoff_sec, mergeBackoff),
    paths: either(left.paths, right.paths, (a, b) => ({
      ...defined({ read: either(a.read, b.read, commonPaths), write: either(a.write, b.write, commonPaths) }),
    })),
    network: either(left.network, right.network, (a, b) =>
      defined({ allow: either(a.allow, b.allow, commonHosts) }),
    ),
    env: either(left.env, right.env, mergeEnv),
  };
  return defined(merged);
}

/** The constraints of all rules that state some, merged; a copy that shares nothing with the rules. */
export function constraintsOf(rules: readonly PolicyRule[]): Constraints {
  let merged: Constraints | undefined;
  for (const { constraints } of rules) {
    if (constraints) merged = merged ? mergeConstraints(merged, constraints) : constraints;
  }
  return merged ? copyOf(merged) : {};
}

/** What JSON has, member by member; several times quicker than the general copy of the platform. */
function copyOf<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) copy[name] = copyOf<unknown>(member);
  return copy as T;
}

/** A longer wait is the tighter one, at both ends; so the floor can't pass the ceiling. */
function mergeBackoff(a: { min: number; max: number }, b: { min: number; max: number }) {
  return { min: Math.max(a.min, b.min), max: Math.max(a.max, b.max) };
}

const commonPaths: Merge<readonly string[]> = (a, b) => intersectLists(a, b, meetPaths);
const commonHosts: Merge<readonly string[]> = (a, b) => intersectLists(a, b, meetHosts);

function mergeEnv(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): Record<string, string> {
  const contested = Object.keys(b).find((name) => Object.hasOwn(a, name) && a[name] !== b[name]);
  if (contested !== undefined) {
    throw new EvaluationFault(`matching rules set the environment variable ${contested} to different values`);
  }
  return { ...a, ...b };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out absent members, so that they don't show up in messages and hashes. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
