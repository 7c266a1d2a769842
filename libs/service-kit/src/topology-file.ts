import { readFileSync, statSync } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { checkTopology, type PoolSpec, type ProducerSpec, type Topology } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { isSeq, parse, parseDocument } from 'yaml';

/** A topology in use is at most so much older than its file, in milliseconds. */
export const TOPOLOGY_FRESH_MS = 100;

/** Reads `platform.yaml`: producers and pools. Throws with what is wrong in it. */
export async function readTopology(file: string): Promise<Topology> {
  return topologyOf(file, await readFile(file, 'utf8'));
}

/**
 * A topology that follows its file, so that producers and pools come and go while services run. It looks when it is
 * asked. Throws as {@link readTopology} does at first; later a file that can't be read leaves everything as it was and
 * is told once.
 */
export function followTopology(file: string, onProblem: (error: unknown) => void): Topology {
  let { topology, version } = { topology: topologyOf(file, readFileSync(file, 'utf8')), version: '' };
  let lookedAtMs = -Infinity;
  const current = (): Topology => {
    const now = performance.now();
    if (now - lookedAtMs < TOPOLOGY_FRESH_MS) return topology;
    lookedAtMs = now;
    let found = 'missing';
    try {
      const { mtimeMs, size, ino } = statSync(file);
      found = `${mtimeMs}/${size}/${ino}`;
      if (found !== version) topology = topologyOf(file, readFileSync(file, 'utf8'));
    } catch (error) {
      if (found !== version) onProblem(error);
    }
    version = found;
    return topology;
  };
  return {
    get producers() {
      return current().producers;
    },
    get pools() {
      return current().pools;
    },
  };
}

/** What is to be different in a topology file. */
export type TopologyChange =
  | { readonly kind: 'producers'; readonly name: string; readonly entry?: ProducerSpec }
  | { readonly kind: 'pools'; readonly name: string; readonly entry?: PoolSpec };

/**
 * Puts an entry into the file, in the place of one of its name, or removes it when none is given. Comments and the
 * other entries stay as they are. Gives the new topology without writing when `dryRun` is set. Throws with what would be wrong.
 */
export async function changeTopology(
  file: string,
  { kind, name, entry }: TopologyChange,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Topology> {
  const before = await readFile(file, 'utf8');
  topologyOf(file, before);
  const document = parseDocument(before);
  const list = document.get(kind);
  if (!isSeq(list)) throw new CodedError('invalid_config', `${file}: ${kind} is not a list`);
  const at = list.items.findIndex((_item, i) => list.getIn([i, 'name']) === name);
  const node = entry === undefined ? undefined : document.createNode(entry);
  if (node && at < 0) list.add(node);
  else if (node) list.set(at, node);
  else if (at >= 0) list.delete(at);
  const text = document.toString({ lineWidth: 110, flowCollectionPadding: false, singleQuote: true });
  const topology = topologyOf(file, text);
  if (!dryRun) {
    const { mode } = await stat(file);
    await writeFile(`${file}.new`, text, { mode: mode & 0o777 });
    await rename(`${file}.new`, file);
  }
  return topology;
}

function topologyOf(file: string, text: string): Topology {
  const value: unknown = parse(text);
  if (typeof value !== 'object' || value === null)
    throw new CodedError('invalid_config', `${file} holds no mapping`);
  const { producers, pools, ...rest } = value as { producers?: unknown; pools?: unknown };
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined)
    throw new CodedError('invalid_config', `${file}: the key ${unknown} is not known`);
  const isText = (item: unknown): item is string => typeof item === 'string';
  const isTexts = (items: unknown): items is string[] => Array.isArray(items) && items.every(isText);
  const list = (items: unknown, key: string) => {
    if (!Array.isArray(items)) throw new CodedError('invalid_config', `${file}: ${key} is not a list`);
    return items as Record<string, unknown>[];
  };
  return checkTopology({
    producers: list(producers, 'producers').map(({ name, tenant, agents }) => {
      if (!isText(name) || !isText(tenant) || !isTexts(agents))
        throw new CodedError('invalid_config', `${file}: a producer needs name, tenant and agents`);
      return { name, tenant, agents };
    }),
    pools: list(pools, 'pools').map(({ name, topics }) => {
      if (!isText(name) || !isTexts(topics))
        throw new CodedError('invalid_config', `${file}: a pool needs name and topics`);
      return { name, topics };
    }),
  });
}
