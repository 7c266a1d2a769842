import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startNats } from '@countersign/infra';
import { Bus, createKeys } from '@countersign/messaging';
import type { CollectorSettings } from '../load/collector.js';
import type { BrokerAccess, FromCollector, FromProducer, ToCollector, ToProducer } from '../load/messages.js';
import { streamBacklog } from '../measure/stream-backlog.js';
import { startPart } from '../parts/part.js';
import { terminalLog } from '../parts/part-process.js';
import type { Rig, RigOptions } from '../rig.js';
import { Stops } from '../stops.js';
import type { StageSettings } from './stage.js';
import { BARE_STREAMS, BARE_USER, consumerConfig, streamConfig } from './streams.js';

/** Starts the bare pipeline: producer → stream → dispatcher → stream → worker → stream → collector, a process each. */
export async function startBareRig({ folder, natsBin, env }: RigOptions): Promise<Rig> {
  const stops = new Stops();
  return stops.guard(async () => {
    const port = await freePort();
    const { seed, publicKey } = createKeys();
    const configFile = join(folder, 'nats.conf');
    await writeFile(
      configFile,
      `listen: "127.0.0.1:${port}"
max_payload: 2097152
jetstream { store_dir: ${JSON.stringify(join(folder, 'jetstream'))} }
accounts {
  BENCH { jetstream: enabled, users: [ { nkey: ${publicKey} } ] }
}
`,
      { mode: 0o600 },
    );
    const nats = await startNats({ bin: natsBin, configFile, port });
    stops.add(() => nats.stop());
    const servers = `nats://127.0.0.1:${port}`;
    const access: BrokerAccess = { servers, user: BARE_USER, seed, apiPrefix: '$JS.API' };
    const bus = await Bus.connect({ ...access, log: terminalLog });
    stops.add(() => bus.close());
    await provisionBare(bus);
    const collector = await startPart<ToCollector, FromCollector>(
      'load/collector',
      { ...access, from: { kind: 'stream', ...BARE_STREAMS.results } } satisfies CollectorSettings,
      env,
    );
    stops.add(() => collector.stop());
    const stage = async (name: StageSettings['stage']) => {
      const part = await startPart('bare/stage', { ...access, stage: name } satisfies StageSettings, env);
      stops.add(() => part.stop());
      return part;
    };
    const worker = await stage('worker');
    const dispatcher = await stage('dispatcher');
    const producer = await startPart<ToProducer, FromProducer>('load/producer', access, env);
    stops.add(() => producer.stop());
    return {
      producer,
      collector,
      processes: new Map([
        ['nats', nats.pid],
        ['producer', producer.pid],
        ['dispatcher', dispatcher.pid],
        ['worker', worker.pid],
        ['collector', collector.pid],
      ]),
      backlog: () =>
        streamBacklog(
          bus,
          Object.values(BARE_STREAMS).map(({ stream }) => stream),
        ),
      // That each job was collected once is checked for every variant; there is nothing else to look at.
      verify: () => Promise.resolve({}),
      stop: () => stops.run(),
    };
  });
}

async function provisionBare(bus: Bus): Promise<void> {
  for (const spec of Object.values(BARE_STREAMS)) {
    const { stream, durable } = spec;
    await ask(bus, `$JS.API.STREAM.CREATE.${stream}`, streamConfig(spec));
    await ask(bus, `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${durable}`, {
      stream_name: stream,
      config: consumerConfig(durable),
    });
  }
}

async function ask(bus: Bus, subject: string, body: object): Promise<void> {
  const answer = (await bus.request(subject, body)) as { error?: { description: string } };
  if (answer.error) throw new Error(`${subject}: ${answer.error.description}`);
}
