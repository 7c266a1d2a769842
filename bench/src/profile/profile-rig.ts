import type { Variant } from '../rig.js';

/** The environment of processes that write a CPU profile of what happens between two SIGUSR2. */
export function profiledEnv(folder: string, variant: Variant): NodeJS.ProcessEnv {
  const preload = new URL('./preload.js', import.meta.url).href;
  return {
    ...process.env,
    NODE_OPTIONS: `--import ${preload}`,
    BENCH_PROFILE_DIR: folder,
    BENCH_PROFILE_PREFIX: variant,
  };
}

const SERVERS = new Set(['nats', 'postgres']);

/** Starts the profiles of all Node processes, or stops and writes them. */
export function toggleProfiles(processes: ReadonlyMap<string, number>): void {
  for (const [name, pid] of processes) if (!SERVERS.has(name)) process.kill(pid, 'SIGUSR2');
}
