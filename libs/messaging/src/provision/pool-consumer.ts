import { poolConsumer } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { jetstreamManager, JetStreamApiCodes } from '@nats-io/jetstream';
import type { Bus } from '../bus.js';
import { connectionOf } from '../connection-of.js';
import { desiredConsumer } from './desired-config.js';
import { settleConsumer, unlessMissing } from './provision.js';

/**
 * Makes the durable of a pool. Offers that are made before wait in no place where its workers would find them. Repeating
 * it changes nothing. Throws `CodedError('broker_mismatch')`.
 */
export async function addPool(bus: Bus, pool: string): Promise<void> {
  const manager = await jetstreamManager(connectionOf(bus).nats, { checkAPI: false });
  const consumer = poolConsumer(pool);
  const problems = await settleConsumer(manager, consumer.stream, desiredConsumer(consumer));
  if (problems.length > 0)
    throw new CodedError('broker_mismatch', `consumer ${consumer.durable}: ${problems.join('; ')}`);
}

/**
 * Deletes the durable of a pool that is no more, with the offers that wait there: otherwise their stream would keep
 * them for ever. Gives how many offers no worker of the pool has settled. Repeating it changes nothing.
 */
export async function removePool(bus: Bus, pool: string): Promise<number> {
  const manager = await jetstreamManager(connectionOf(bus).nats, { checkAPI: false });
  const { stream, durable } = poolConsumer(pool);
  const missing = JetStreamApiCodes.ConsumerNotFound;
  const info = await unlessMissing(manager.consumers.info(stream, durable), missing);
  if (info) await unlessMissing(manager.consumers.delete(stream, durable), missing);
  return info ? info.num_pending + info.num_ack_pending : 0;
}
