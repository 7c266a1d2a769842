import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = new URL('../../../../.countersign/cache/nats-server/', import.meta.url).pathname;

/** A nats-server program: `NATS_SERVER_BIN`, the workspace's cache, or where Debian puts it. Throws when there is none. */
export function findServer(): string {
  const cached = existsSync(CACHE)
    ? readdirSync(CACHE).map((folder) => join(CACHE, folder, 'nats-server'))
    : [];
  const found = [
    process.env['NATS_SERVER_BIN'],
    ...cached,
    '/usr/sbin/nats-server',
    '/usr/local/bin/nats-server',
  ].find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('no nats-server found; set NATS_SERVER_BIN');
  return found;
}
