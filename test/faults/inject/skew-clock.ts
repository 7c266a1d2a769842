import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SERVICES, Service } from '@countersign/contracts';
import { ROOT, type Child } from '@countersign/standalone';
import { launchService } from '../../flow/support/launch.js';
import type { FaultRun } from '../support/fault-run.js';

const SKEWED = pathToFileURL(join(ROOT, 'test/faults/plant/skewed-clock.mjs')).href;
const HOURS_2_MS = 2 * 3_600_000;
/** Jobs that pass the services while their clocks are wrong: each kind of the mix. */
const JOBS = 20;

/** Half of the services have a clock that is two hours fast, and half one that is two hours slow; then the other way. */
export async function skewClocks(run: FaultRun): Promise<void> {
  for (const fastHalf of [0, 1]) {
    const skewOf = (n: number) => (n % 2 === fastHalf ? HOURS_2_MS : -HOURS_2_MS);
    await Promise.all(SERVICES.map((service) => run.platform.terminate(service)));
    const skewed = await Promise.all(SERVICES.map((service, n) => launchSkewed(run, service, skewOf(n))));
    try {
      await run.load.mix(JOBS);
      await run.load.ended();
    } finally {
      await Promise.all(skewed.map((child) => child.stop()));
      await Promise.all(SERVICES.map((service) => run.platform.startAgain(service)));
    }
  }
}

function launchSkewed({ platform, env }: FaultRun, service: Service, skewMs: number): Promise<Child> {
  const skewedEnv = {
    ...process.env,
    ...platform.servers.env,
    ...env,
    NODE_OPTIONS: `--import=${SKEWED}`,
    COUNTERSIGN_SKEW_MS: String(skewMs),
  };
  return launchService(service, skewedEnv, (line) => {
    platform.lines.push(line);
    // A gateway that starts has another port.
    const ready = /"ready","url":"([^"]+)"/.exec(line);
    if (service === Service.Gateway && ready?.[1] !== undefined) platform.api.url = ready[1];
  });
}
