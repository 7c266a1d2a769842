import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SYSTEM_USER, withAccounts, type Topology } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { Bus } from '@countersign/messaging';
import type { KeyFolder } from '@countersign/service-kit';

/** How long a broker may take to read its configuration again, in milliseconds. */
const RELOAD_MS = 10_000;
/** The same when a person has to tell it, in milliseconds. */
const RELOAD_BY_HAND_MS = 300_000;
/** A server connects the imports of a new account only when it reads the configuration the next time (seen on 2.9). */
const RELOADS = 2;
const LOOK_MS = 50;
const ASK_MS = 5_000;

/** A running broker whose generated configuration may be changed. */
export interface BrokerProcess {
  /** The configuration that the server was started with. */
  readonly configFile: string;
  readonly url: string;
  readonly keys: KeyFolder;
  /** The server's process, to be told on this machine; undefined when somebody else tells it to reload. */
  readonly pid: number | undefined;
  readonly log: (line: string) => void;
}

/**
 * Writes the accounts of a topology into the broker's configuration, has it read again, and returns when the broker
 * says that it has. Connections of identities that stay are not touched; those that are gone are cut. When the broker
 * does not take it, the file is as before, and `CodedError('reload_failed')` is thrown.
 */
export async function applyAccounts(broker: BrokerProcess, topology: Topology): Promise<void> {
  const { configFile, keys } = broker;
  const before = await readFile(configFile, 'utf8');
  const publicKeys = await keys.publicKeys(topology);
  const after = withAccounts(before, topology, (user) => publicKeys.get(user) ?? []);
  const system = await Bus.connect({
    servers: broker.url,
    user: SYSTEM_USER,
    seed: keys.followSeedOf(SYSTEM_USER),
  });
  try {
    await replace(configFile, after);
    try {
      for (let i = 0; i < RELOADS; i++) await reload(broker, system);
    } catch (error) {
      await replace(configFile, before);
      throw error;
    }
  } finally {
    await system.close();
  }
}

async function reload(broker: BrokerProcess, system: Bus): Promise<void> {
  const loadedAt = await loadTimeOf(system);
  await tell(broker);
  await untilLoaded(system, loadedAt, broker.pid === undefined ? RELOAD_BY_HAND_MS : RELOAD_MS);
}

async function tell({ pid, configFile, log }: BrokerProcess): Promise<void> {
  if (pid === undefined) {
    log(`${configFile} is written; have the broker read it now: nats-server --signal reload=<pid>`);
    return;
  }
  // A process id may have been given to somebody else since it was recorded, whom the signal would end.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined && !command.includes('nats-server'))
    throw new CodedError('reload_failed', `process ${pid} is no nats-server`);
  try {
    process.kill(pid, 'SIGHUP');
  } catch (cause) {
    throw new CodedError('reload_failed', `the broker, process ${pid}, can't be told to reload`, { cause });
  }
}

async function untilLoaded(system: Bus, before: string, ms: number): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await delay(LOOK_MS))
    if ((await loadTimeOf(system).catch(() => before)) !== before) return;
  throw new CodedError('reload_failed', 'the broker did not take the configuration; its log says why');
}

/** When the broker last read its configuration. */
async function loadTimeOf(system: Bus): Promise<string> {
  const answer = await system.request('$SYS.REQ.SERVER.PING.VARZ', {}, ASK_MS);
  const time = (answer as { data?: { config_load_time?: unknown } }).data?.config_load_time;
  if (typeof time === 'string') return time;
  throw new CodedError('reload_failed', 'the broker does not say when it read its configuration');
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
