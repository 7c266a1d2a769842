import { subjectMatches, topicOf, type Topology } from '@countersign/contracts';

/**
 * Whether a pool takes the topic that the tail of a result's subject names. The broker stamps the pool; the tail is the
 * worker's own choice, and the verdict travels under it.
 */
export function takesTopic(topology: Topology, pool: string, tail: string): boolean {
  const topic = topicOf(tail);
  return topology.pools.some(
    ({ name, topics }) => name === pool && topics.some((filter) => subjectMatches(filter, topic)),
  );
}
