import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { InfraError, reasonOf } from '../infra-error.js';
import type { InfraLog } from '../infra-log.js';
import { launchServer } from '../server/launch-server.js';
import { stopLeftover, type PidRecord } from '../server/pid-record.js';
import type { RunningServer } from '../server/running-server.js';

/** How long the client port may take to accept after the server said it is ready, in milliseconds. */
const PORT_MS = 5_000;

/** What nats-server to start. */
export interface NatsOptions {
  /** Path of the executable, from `findNatsServer`. */
  readonly bin: string;
  /** The configuration; it must leave the log on standard error, or readiness is never seen. */
  readonly configFile: string;
  /** Working folder, against which relative paths in the configuration count; the configuration's own unless told. */
  readonly cwd?: string;
  /** Client port on 127.0.0.1; when given, the start fails unless it accepts a connection. */
  readonly port?: number;
  readonly log?: InfraLog;
}

/**
 * Starts nats-server and waits until it is ready. Its process id is kept beside the configuration, as
 * `<configFile>.pid`, and a server left behind by a crashed run with the same configuration is stopped first.
 */
export async function startNats(options: NatsOptions): Promise<RunningServer> {
  const configFile = resolve(options.configFile);
  const cwd = options.cwd ?? dirname(configFile);
  const record: PidRecord = { file: `${configFile}.pid`, marker: `-c ${configFile}`, name: 'nats-server' };
  await stopLeftover(record, 'SIGTERM', options.log);
  const server = await launchServer({
    command: resolve(options.bin),
    args: ['-c', configFile],
    cwd,
    env: process.env,
    readyText: 'Server is ready',
    stopSignal: 'SIGTERM',
    record,
    remedy: `read the lines above; check ${configFile} and that its ports are free.`,
    log: options.log,
  });
  if (options.port !== undefined) await requireAccepting(server, options.port);
  return server;
}

async function requireAccepting(server: RunningServer, port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PORT_MS) });
  } catch (thrown) {
    await server.kill();
    throw new InfraError(
      `nats-server is ready, but does not accept connections on 127.0.0.1:${port}: ${reasonOf(thrown)}`,
      'make the port in the configuration and the port asked for the same.',
      { cause: thrown },
    );
  } finally {
    // once() stops listening when its signal fires; a late failure must not become an unhandled error.
    socket.on('error', () => undefined).destroy();
  }
}
