/** What two entries of an allow list have in common, as one entry; undefined if nothing. */
type Meet = (left: string, right: string) => string | undefined;

/** The common part of two allow lists, sorted. May be empty: then nothing is allowed. */
export function intersectLists(left: readonly string[], right: readonly string[], meet: Meet): string[] {
  const common = new Set<string>();
  for (const a of left) {
    for (const b of right) {
      const both = meet(a, b);
      if (both !== undefined) common.add(both);
    }
  }
  return [...common].sort();
}

/** Each path stands for itself and all beneath it (`.`: every relative path): two meet in the deeper one or not at all. */
export function meetPaths(left: string, right: string): string | undefined {
  if (isBeneath(left, right)) return left;
  return isBeneath(right, left) ? right : undefined;
}

function isBeneath(path: string, folder: string): boolean {
  if (folder === '.') return !path.startsWith('/');
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** `*.domain` holds every host beneath the domain but not the domain itself; no port holds every port. */
export function meetHosts(left: string, right: string): string | undefined {
  const [leftName, leftPort] = splitHost(left);
  const [rightName, rightPort] = splitHost(right);
  const name = holds(leftName, rightName) ? rightName : holds(rightName, leftName) ? leftName : undefined;
  if (name === undefined) return undefined;
  if (leftPort !== undefined && rightPort !== undefined && leftPort !== rightPort) return undefined;
  const port = leftPort ?? rightPort;
  return port === undefined ? name : `${name}:${port}`;
}

function splitHost(entry: string): [name: string, port: string | undefined] {
  const colon = entry.lastIndexOf(':');
  return colon < 0 ? [entry, undefined] : [entry.slice(0, colon), entry.slice(colon + 1)];
}

function holds(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)));
}
