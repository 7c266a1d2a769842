import { ExceededConstraint, type Constraints, type Result } from '@countersign/contracts';
import { endpointOf, isHostAllowed } from './allowed-hosts.js';
import { isPathAllowed } from './allowed-paths.js';

type Effect = Result['effects'][number];

const FILE_KINDS: ReadonlySet<string> = new Set(['file', 'fs', 'path', 'directory']);
const NETWORK_KINDS: ReadonlySet<string> = new Set(['network', 'net', 'http', 'https', 'url', 'host']);
/** A program that was run. No constraint speaks of it: what it may reach, its paths and its network say. */
const PROCESS_KINDS: ReadonlySet<string> = new Set(['process']);
/** Everything else that is done to a file changes it. */
const READ_OPS: ReadonlySet<string> = new Set(['read', 'list', 'stat', 'open-read']);

/**
 * The constraints that a finished run went beyond, by what its worker says of it: the effects it names, and the bytes of
 * its output. A constraint that is not stated allows everything it speaks of.
 */
export function exceededConstraints(
  effects: readonly Effect[],
  outputBytes: number,
  constraints: Constraints,
): ExceededConstraint[] {
  const exceeded = new Set<ExceededConstraint>();
  const most = constraints.max_output_bytes;
  if (most !== undefined && outputBytes > most) exceeded.add(ExceededConstraint.OutputBytes);
  for (const effect of effects) {
    const beyond = exceededBy(effect, constraints);
    if (beyond !== undefined) exceeded.add(beyond);
  }
  return [...exceeded];
}

function exceededBy(
  { kind, op, target }: Effect,
  { paths, network }: Constraints,
): ExceededConstraint | undefined {
  const named = kind.toLowerCase();
  if (FILE_KINDS.has(named))
    return READ_OPS.has(op.toLowerCase()) ? read(target, paths) : written(target, paths);
  if (NETWORK_KINDS.has(named)) {
    if (network?.allow === undefined) return undefined;
    const endpoint = endpointOf(target);
    const isAllowed = endpoint !== undefined && isHostAllowed(endpoint, network.allow);
    return isAllowed ? undefined : ExceededConstraint.Network;
  }
  if (PROCESS_KINDS.has(named)) return undefined;
  // Not known to be within the paths or the network, where those are limited.
  return paths === undefined && network === undefined ? undefined : ExceededConstraint.Effects;
}

/** What may be written may be read as well. */
function read(target: string, paths: Constraints['paths']): ExceededConstraint | undefined {
  if (paths?.read === undefined) return undefined;
  const isAllowed = isPathAllowed(target, [...paths.read, ...(paths.write ?? [])]);
  return isAllowed ? undefined : ExceededConstraint.PathsRead;
}

function written(target: string, paths: Constraints['paths']): ExceededConstraint | undefined {
  if (paths?.write === undefined) return undefined;
  return isPathAllowed(target, paths.write) ? undefined : ExceededConstraint.PathsWrite;
}
