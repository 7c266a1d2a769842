import {
  AUDIT_CONSUMERS,
  checkTopology,
  CONSUMERS,
  type Service,
  type Topology,
} from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { Bus } from '../bus.js';
import { connectionOf } from '../connection-of.js';
import { readConsumer } from '../consume/read-consumer.js';
import { desiredConsumer } from './desired-config.js';
import { consumerDifferences } from './differences.js';

/**
 * Compares a service's own consumers with the contract, with no right but on their info. Throws
 * `CodedError('broker_mismatch')` naming every difference, `CodedError('unavailable')` when they cannot be read, and
 * RangeError for a topology that no broker can have been set up from.
 */
export async function checkBroker(bus: Bus, service: Service, topology: Topology): Promise<void> {
  checkTopology(topology);
  const connection = connectionOf(bus);
  const problems: string[] = [];
  for (const spec of [...Object.values(CONSUMERS), ...AUDIT_CONSUMERS].filter((c) => c.service === service)) {
    const actual = await readConsumer(connection, spec);
    const found = actual ? consumerDifferences(desiredConsumer(spec), actual) : ['does not exist'];
    problems.push(...found.map((problem) => `consumer ${spec.stream}/${spec.durable}: ${problem}`));
  }
  if (problems.length > 0)
    throw new CodedError('broker_mismatch', `the broker is not as the contract says: ${problems.join('; ')}`);
}
