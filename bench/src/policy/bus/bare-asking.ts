import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startNats } from '@countersign/infra';
import { connect } from '@nats-io/transport-node';
import { startPart } from '../../parts/part.js';
import type { Stops } from '../../stops.js';
import type { EchoSettings } from './echo.js';

const SUBJECT = 'bench.echo';
const TIMEOUT_MS = 5_000;

/** A broker without accounts, a process that answers `answer`, and the client's own request: the floor. */
export async function startBareAsking(
  stops: Stops,
  { folder, natsBin, answer }: { readonly folder: string; readonly natsBin: string; readonly answer: string },
): Promise<(question: string) => Promise<unknown>> {
  const port = await freePort();
  const configFile = join(folder, 'bare.conf');
  await writeFile(configFile, `listen: "127.0.0.1:${port}"\n`);
  const nats = await startNats({ bin: natsBin, configFile, port });
  stops.add(() => nats.stop());
  const servers = `nats://127.0.0.1:${port}`;
  const echo = await startPart('policy/bus/echo', {
    servers,
    subject: SUBJECT,
    answer,
  } satisfies EchoSettings);
  stops.add(() => echo.stop());
  const client = await connect({ servers });
  stops.add(() => client.close());
  return (question) => client.request(SUBJECT, question, { timeout: TIMEOUT_MS });
}
