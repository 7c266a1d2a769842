import { setTimeout as delay } from 'node:timers/promises';
import { inSeconds, LONG_OUTAGE_MS, type Fault } from './fault.js';

/** The database server and all its children die; it is started on its data after a while. */
export const killDatabase = (downMs: number): Fault => ({
  id: 'F10',
  what: `kill -9 PostgreSQL, all of it${downMs === 0 ? '' : `, back after ${inSeconds(downMs)}`}`,
  kills: 1,
  downMs,
  inject: async ({ database }) => {
    await database.kill();
    await delay(downMs);
    await database.restart();
  },
});

/** The database hangs in the middle of whatever it did: connections stay, and no statement ends. */
export const stallDatabase: Fault = {
  id: 'F11',
  what: `SIGSTOP PostgreSQL, all of it, for ${inSeconds(LONG_OUTAGE_MS)}`,
  kills: 0,
  downMs: LONG_OUTAGE_MS,
  inject: async ({ database, platform }) => {
    const goOn = await database.stall(platform.database);
    await delay(LONG_OUTAGE_MS);
    goOn();
  },
};
