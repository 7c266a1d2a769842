import type { Constraints } from '../policy-rule.js';
import { ProblemCode } from '../vocabulary.js';
import type { Member, PolicyReader } from './policy-reader.js';

/** Least value of each whole-number limit. Where 0 could be taken for "no limit" (a timer, a memory cap), 1 is least. */
const LEAST = { max_runtime_sec: 1, max_retries: 0, max_output_bytes: 1, memory_mb: 1 } as const;
const CONSTRAINT_KEYS = [...Object.keys(LEAST), 'cpus', 'backoff_sec', 'paths', 'network', 'env'];
/** Most CPUs a rule may grant; a number beyond any single machine is a slip. */
const MAX_CPUS = 4096;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const HOST =
  /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62})){0,16}(?::[1-9][0-9]{0,4})?$/;

/** The `constraints` of a rule. */
export function readConstraints(reader: PolicyReader, member: Member): Constraints | undefined {
  const section = reader.section(member, 'constraints', CONSTRAINT_KEYS, ProblemCode.UnknownConstraint);
  if (!section) return undefined;
  const { members } = section;
  if (members.size === 0) {
    return reader.fault(member.value, ProblemCode.EmptyCondition, 'constraints is empty; leave it out');
  }
  const cpus = readCpus(reader, members.get('cpus'));
  const backoff = readBackoff(reader, members.get('backoff_sec'));
  const paths = readPaths(reader, members.get('paths'));
  const network = readNetwork(reader, members.get('network'));
  const env = readEnv(reader, members.get('env'));
  return {
    ...readLimits(reader, members),
    ...(cpus !== undefined && { cpus }),
    ...(backoff && { backoff_sec: backoff }),
    ...(paths && { paths }),
    ...(network && { network }),
    ...(env && { env }),
  };
}

function readLimits(reader: PolicyReader, members: ReadonlyMap<string, Member>): Constraints {
  const limits: Record<string, number> = {};
  for (const [name, least] of Object.entries(LEAST)) {
    const member = members.get(name);
    const limit = member && reader.integer(member, name, least);
    if (limit !== undefined) limits[name] = limit;
  }
  return limits;
}

function readCpus(reader: PolicyReader, member: Member | undefined): number | undefined {
  const cpus = member && reader.number(member, 'cpus');
  if (cpus === undefined || (cpus > 0 && cpus <= MAX_CPUS)) return cpus;
  return reader.fault(
    member?.value ?? null,
    ProblemCode.BadLimit,
    `cpus must be above 0 and at most ${MAX_CPUS}`,
  );
}

function readBackoff(reader: PolicyReader, member: Member | undefined): Constraints['backoff_sec'] {
  const section = member && reader.section(member, 'backoff_sec', ['min', 'max']);
  if (!section) return undefined;
  const minMember = section.members.get('min');
  const maxMember = section.members.get('max');
  if (!minMember || !maxMember) {
    return reader.fault(section.node, ProblemCode.MissingKey, 'backoff_sec needs both min and max');
  }
  const min = reader.integer(minMember, 'backoff_sec.min', 0);
  const max = reader.integer(maxMember, 'backoff_sec.max', 0);
  if (min === undefined || max === undefined) return undefined;
  if (min <= max) return { min, max };
  return reader.fault(section.node, ProblemCode.BadLimit, 'backoff_sec.min is above backoff_sec.max');
}

function readPaths(reader: PolicyReader, member: Member | undefined): Constraints['paths'] {
  const section = member && reader.section(member, 'paths', ['read', 'write']);
  if (!section) return undefined;
  const read = readPathList(reader, section.members.get('read'), 'paths.read');
  const write = readPathList(reader, section.members.get('write'), 'paths.write');
  if (section.members.size > 0) return { ...(read && { read }), ...(write && { write }) };
  return reader.fault(
    section.node,
    ProblemCode.EmptyCondition,
    'paths is empty; leave it out or name read or write',
  );
}

function readPathList(reader: PolicyReader, member: Member | undefined, what: string): string[] | undefined {
  const list = member && reader.list(member, what, pathFault);
  return list && [...new Set(list.map(withoutLastSlash))].sort();
}

const withoutLastSlash = (path: string) => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** A path means itself and all beneath, so whatever could lead elsewhere is refused rather than resolved. */
function pathFault(path: string): string | undefined {
  if (path === '/' || path === '.') return undefined;
  if (path === '') return 'is empty';
  if (/[\\*?[\]{}~$%]|\p{C}/u.test(path)) {
    return 'has a wildcard, variable, escape or hidden character; a path stands for all beneath it';
  }
  const segments = withoutLastSlash(path).split('/');
  const inner = path.startsWith('/') ? segments.slice(1) : segments;
  if (inner.some((segment) => segment === '' || /[. ]$|^ /.test(segment))) {
    return 'has an empty or dotted segment, or one that ends in a dot or blank';
  }
  return undefined;
}

function readNetwork(reader: PolicyReader, member: Member | undefined): Constraints['network'] {
  const section = member && reader.section(member, 'network', ['allow']);
  if (!section) return undefined;
  const allowed = section.members.get('allow');
  if (!allowed)
    return reader.fault(section.node, ProblemCode.MissingKey, 'network needs allow; [] allows nothing');
  const allow = reader.list(allowed, 'network.allow', hostFault);
  return allow && { allow };
}

function hostFault(host: string): string | undefined {
  const [, port] = host.split(':');
  const fits = host.length <= 255 && HOST.test(host) && Number(port ?? 1) <= 65_535;
  return fits ? undefined : 'is no host: host, *.domain or either with :port, lower-case';
}

function readEnv(reader: PolicyReader, member: Member | undefined): Record<string, string> | undefined {
  const entries =
    member && reader.texts(member, 'env', (name) => ENV_NAME.test(name) && name !== '__proto__');
  return entries && Object.fromEntries(entries);
}
