import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startNats } from '@countersign/infra';
import { newUlid } from '@countersign/kernel';
import type { Database } from '@countersign/persistence';
import { startPart, type Part } from '../../parts/part.js';
import type { Stops } from '../../stops.js';
import type { Held } from '../measure/held.js';
import type { FloorSettings } from './floor-messages.js';
import type { FloorAddress } from './server.js';

/** The floor: the same steps without our stack. */
export interface Floor {
  readonly url: string;
  readonly worker: Part<never, 'ready' | Held>;
  /** Makes so many jobs that wait; gives their ids. */
  readonly fill: (count: number) => Promise<readonly string[]>;
}

/**
 * HTTP, one commit, a message, a request that is answered after one commit: a process each, a broker without accounts and
 * streams, and a table in the database server that the platform uses.
 */
export async function startFloor(
  stops: Stops,
  options: {
    readonly folder: string;
    readonly natsBin: string;
    readonly adminUrl: string;
    readonly database: Database;
  },
): Promise<Floor> {
  const { folder, natsBin, adminUrl, database } = options;
  await database.query('CREATE TABLE floor_jobs (id text PRIMARY KEY, state text NOT NULL)');
  const port = await freePort();
  const configFile = join(folder, 'floor.conf');
  await writeFile(configFile, `listen: "127.0.0.1:${port}"\n`);
  const nats = await startNats({ bin: natsBin, configFile, port });
  stops.add(() => nats.stop());
  const settings = { servers: `nats://127.0.0.1:${port}`, databaseUrl: adminUrl } satisfies FloorSettings;
  const claims = await startPart('approvals/floor/claims', settings);
  stops.add(() => claims.stop());
  const worker = await startPart<never, 'ready' | Held>('approvals/floor/worker', settings);
  stops.add(() => worker.stop());
  const server = await startPart<never, 'ready' | FloorAddress>('approvals/floor/server', settings);
  stops.add(() => server.stop());
  const { url } = await server.next((message) => (message === 'ready' ? undefined : message));
  return {
    url,
    worker,
    fill: async (count) => {
      const ids = Array.from({ length: count }, () => newUlid());
      await database.query(`INSERT INTO floor_jobs SELECT id, 'waiting' FROM unnest($1::text[]) AS t(id)`, [
        ids,
      ]);
      return ids;
    },
  };
}
