import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KeyFolder, VARIABLES } from '@countersign/service-kit';
import { Operator } from './operate/operator.js';
import { readCommand } from './operate/read-command.js';
import { ROOT } from './platform.js';

// `npm run producer`, `npm run pool`, `npm run keys`: changes a running platform.
const env = process.env;
const stateDir = resolve(ROOT, env['COUNTERSIGN_STATE_DIR'] ?? '.countersign');
const configFile = resolve(ROOT, env['COUNTERSIGN_NATS_CONFIG'] ?? join(stateDir, 'nats.conf'));

/** Where the platform of the state folder runs its broker. */
async function brokerUrl(): Promise<string> {
  if (env['NATS_URL']) return env['NATS_URL'];
  const running = await readFile(join(stateDir, 'platform.json'), 'utf8').catch(() => '{}');
  const { natsUrl } = JSON.parse(running) as { natsUrl?: string };
  return natsUrl ?? VARIABLES.natsUrl.default;
}

/** The process that is recorded beside the configuration, unless told. */
async function brokerPid(told: string | undefined): Promise<number | undefined> {
  if (told === 'none') return undefined;
  const text = told ?? (await readFile(`${configFile}.pid`, 'utf8').catch(() => ''));
  const pid = /^(\d+)\n?/.exec(text)?.[1];
  if (pid === undefined)
    throw new RangeError('no running broker is recorded here; give its process as --pid');
  return Number(pid);
}

try {
  const command = readCommand(process.argv.slice(2));
  const operator = new Operator({
    topologyFile: resolve(ROOT, env[VARIABLES.configFile.name] ?? VARIABLES.configFile.default),
    configFile,
    url: await brokerUrl(),
    pid: await brokerPid(command.pid),
    keys: await KeyFolder.open(resolve(ROOT, env[VARIABLES.keysDir.name] ?? join(stateDir, 'keys'))),
    log: (line) => console.error(line),
  });
  await command.run(operator);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
