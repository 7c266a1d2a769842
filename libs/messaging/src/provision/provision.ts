import {
  AUDIT_CONSUMERS,
  checkTopology,
  CONSUMERS,
  poolConsumer,
  STREAM_LIST,
  type ConsumerSpec,
  type Topology,
} from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import {
  jetstreamManager,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream';
import type { Bus } from '../bus.js';
import { connectionOf } from '../connection-of.js';
import {
  DEFAULT_MAX_BYTES,
  desiredConsumer,
  desiredStream,
  type DesiredConsumer,
  type DesiredStream,
} from './desired-config.js';
import { consumerDifferences, differences } from './differences.js';

/** What the operator may decide. */
export interface ProvisionOptions {
  /** Largest size of each stream in bytes; 1 GiB when absent. A full stream refuses messages, it drops none. */
  readonly maxBytes?: number;
}

type AnyConsumer = Omit<ConsumerSpec, 'service'> & Partial<Pick<ConsumerSpec, 'service'>>;

/**
 * Brings every stream and consumer of the contract to what it says. Run it before any service starts: a stream keeps
 * a message only for the consumers that exist when it arrives. Repeating it changes nothing. Throws
 * `CodedError('broker_mismatch')` naming what the broker refuses to change.
 */
export async function provision(bus: Bus, topology: Topology, options: ProvisionOptions = {}): Promise<void> {
  checkTopology(topology);
  const { nats, log } = connectionOf(bus);
  const manager = await jetstreamManager(nats, { checkAPI: false });
  const consumers: AnyConsumer[] = [
    ...Object.values(CONSUMERS),
    ...AUDIT_CONSUMERS,
    ...topology.pools.map((pool) => poolConsumer(pool.name)),
  ];
  const problems: string[] = [];
  for (const stream of STREAM_LIST) {
    const wanted = desiredStream(stream, options.maxBytes ?? DEFAULT_MAX_BYTES);
    problems.push(...(await settleStream(manager, wanted)).map((p) => `stream ${stream.name}: ${p}`));
    const own = consumers.filter((c) => c.stream === stream.name);
    for (const consumer of own) {
      const found = await settleConsumer(manager, stream.name, desiredConsumer(consumer));
      problems.push(...found.map((p) => `consumer ${stream.name}/${consumer.durable}: ${p}`));
    }
    for await (const { name } of manager.consumers.list(stream.name))
      if (!own.some((c) => c.durable === name))
        log.warn('a consumer outside the contract holds messages back', {
          stream: stream.name,
          consumer: name,
        });
  }
  if (problems.length > 0)
    throw new CodedError(
      'broker_mismatch',
      `the broker cannot be made as the contract says: ${problems.join('; ')}`,
    );
}

/** Creates or changes a stream; what is still different afterwards. */
async function settleStream(manager: JetStreamManager, wanted: DesiredStream): Promise<string[]> {
  const read = () => unlessMissing(manager.streams.info(wanted.name), JetStreamApiCodes.StreamNotFound);
  const before = await read();
  let refusal: string | undefined;
  if (!before) await manager.streams.add(wanted);
  else if (differences(wanted, before.config).length > 0)
    refusal = await refusalOf(manager.streams.update(wanted.name, wanted));
  const after = await read();
  return explained(after ? differences(wanted, after.config) : ['does not exist'], refusal);
}

/** Creates or changes a consumer; what is still different afterwards. */
export async function settleConsumer(
  manager: JetStreamManager,
  stream: string,
  wanted: DesiredConsumer,
): Promise<string[]> {
  const durable = wanted.durable_name!;
  const read = () =>
    unlessMissing(manager.consumers.info(stream, durable), JetStreamApiCodes.ConsumerNotFound);
  const before = await read();
  let refusal: string | undefined;
  if (!before) await manager.consumers.add(stream, wanted);
  else if (consumerDifferences(wanted, before.config).length > 0)
    refusal = await refusalOf(
      manager.consumers.update(stream, durable, { filter_subject: undefined, ...wanted }),
    );
  const after = await read();
  return explained(after ? consumerDifferences(wanted, after.config) : ['does not exist'], refusal);
}

const explained = (problems: string[], refusal: string | undefined) =>
  problems.length === 0 || refusal === undefined ? problems : [...problems, refusal];

/** What the broker answers, or undefined when it says that there is no such thing. */
export async function unlessMissing<T>(answer: Promise<T>, missing: number): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) return undefined;
    throw error;
  }
}

/** Why the broker refused a change; the difference that remains decides, so this only explains it. */
async function refusalOf(change: Promise<unknown>): Promise<string | undefined> {
  try {
    await change;
    return undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError) return error.message;
    throw error;
  }
}
