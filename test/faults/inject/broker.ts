import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readTopology } from '@countersign/service-kit';
import { ROOT, setUpPlatform } from '@countersign/standalone';
import { vi } from 'vitest';
import type { FaultRun } from '../support/fault-run.js';
import { inSeconds, LONG_OUTAGE_MS, type Fault } from './fault.js';

/** Kills of the fault that does it again and again. */
const KILLS = 20;
/** How long the broker runs between two of them, in milliseconds: long enough for clients to come back and to send. */
const UP_MS = 700;
const AFTER_LOSS = { timeout: 60_000, interval: 200 };

/** The broker dies, and is started on its store after a while. */
export const killBroker = (downMs: number): Fault => ({
  id: 'F7',
  what: `kill -9 nats-server, back after ${inSeconds(downMs)}`,
  kills: 1,
  downMs,
  inject: async ({ platform: { servers } }) => {
    await servers.nats.kill();
    await delay(downMs);
    await servers.restartNats();
  },
});

/** What leaves finished messages behind in a stream, which come again later. */
export const killBrokerOften: Fault = {
  id: 'F9',
  what: `${KILLS} × kill -9 nats-server`,
  kills: KILLS,
  downMs: 0,
  inject: async ({ platform: { servers } }) => {
    for (let n = 0; n < KILLS; n++) {
      await servers.nats.kill();
      await servers.restartNats();
      await delay(UP_MS);
    }
  },
};

/** The broker hangs: connections stay, and no publish is confirmed. */
export const stallBroker: Fault = {
  id: 'F7',
  what: `SIGSTOP nats-server for ${inSeconds(LONG_OUTAGE_MS)}`,
  kills: 0,
  downMs: LONG_OUTAGE_MS,
  inject: async ({ platform: { servers } }) => {
    servers.nats.process.kill('SIGSTOP');
    await delay(LONG_OUTAGE_MS);
    servers.nats.process.kill('SIGCONT');
  },
};

/** The broker's disk is lost. */
export async function deleteStore({ platform, tap }: FaultRun): Promise<void> {
  const { servers } = platform;
  await servers.nats.kill();
  await rm(join(servers.stateDir, 'jetstream'), { recursive: true });
  await servers.restartNats();
  await setUpPlatform({
    adminUrl: servers.postgres.url,
    natsUrl: servers.natsUrl,
    topology: await readTopology(join(ROOT, 'config/platform.yaml')),
    keys: servers.keys,
  });
  // Whoever looks from here is a client that has to come back, like all others.
  await vi.waitFor(() => platform.broker.shortenAckWait(1_000), AFTER_LOSS);
  await vi.waitFor(() => tap.attach(), AFTER_LOSS);
}
