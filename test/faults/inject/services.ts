import { setTimeout as delay } from 'node:timers/promises';
import { SERVICES, type Service } from '@countersign/contracts';
import { expect } from 'vitest';
import type { FaultRun } from '../support/fault-run.js';
import { inSeconds, LONG_OUTAGE_MS, type Fault } from './fault.js';

/** A service dies and is started again. */
export const killService = (id: string, service: Service): Fault => ({
  id,
  what: `kill -9 ${service}`,
  kills: 1,
  downMs: 0,
  inject: async ({ platform }) => {
    platform.signal(service, 'SIGKILL');
    expect(await platform.died(service)).toBe('SIGKILL');
    await platform.startAgain(service);
  },
});

/** A service hangs: its connections stay, and nobody answers. */
export const stallService = (service: Service): Fault => ({
  id: 'F2',
  what: `SIGSTOP ${service} for ${inSeconds(LONG_OUTAGE_MS)}`,
  kills: 0,
  downMs: LONG_OUTAGE_MS,
  inject: async ({ platform }) => {
    platform.signal(service, 'SIGSTOP');
    await delay(LONG_OUTAGE_MS);
    platform.signal(service, 'SIGCONT');
  },
});

/** What an update of the platform does to its processes. */
export async function rollingRestart({ platform }: FaultRun): Promise<void> {
  for (const service of SERVICES) {
    const { code, ms } = await platform.terminate(service);
    expect({ service, code, isInTime: ms < 10_000 }).toEqual({ service, code: 0, isInTime: true });
    await platform.startAgain(service);
  }
}
