import { poolFor, subjectMatches, type Topology } from '@countersign/contracts';
import type { PoolOf } from './load-book.js';

/** Looks up the pool of a topic in a topology. */
export function poolOfTopology(topology: Topology): PoolOf {
  return (topic) => poolFor(topology, topic, subjectMatches);
}
