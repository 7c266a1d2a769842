import { TOKEN_PATTERN } from './subject.js';

/** A producer with an account of its own. The account is its identity; tenant and agents say what it may claim. */
export interface ProducerSpec {
  readonly name: string;
  readonly tenant: string;
  /** Agents it may act for; `*` for any. */
  readonly agents: readonly string[];
}

/** A worker pool and the topics it takes. */
export interface PoolSpec {
  readonly name: string;
  /** NATS filters over topics, e.g. `job.agent.>`. The longest match wins; a tie is a configuration error. */
  readonly topics: readonly string[];
}

/** Who may send jobs, and who runs them. */
export interface Topology {
  readonly producers: readonly ProducerSpec[];
  readonly pools: readonly PoolSpec[];
}

/** Services that send jobs: the name of a producer says where its jobs come from. */
const SENDING_SERVICES: readonly string[] = ['gateway', 'approval-service', 'policy-evaluator'];

/** Refuses names outside the grammar, doubles, and producers that call themselves as a service that sends jobs. Throws with the name to blame. */
export function checkTopology(topology: Topology): Topology {
  const seen = new Set<string>();
  for (const [kind, name] of [
    ...topology.producers.map((p) => ['producer', p.name] as const),
    ...topology.pools.map((p) => ['pool', p.name] as const),
  ]) {
    if (!TOKEN_PATTERN.test(name))
      throw new RangeError(`${kind} name ${JSON.stringify(name)} is outside [a-z0-9_-]+`);
    if (kind === 'producer' && SENDING_SERVICES.includes(name))
      throw new RangeError(`the producer name ${name} is reserved`);
    if (seen.has(`${kind} ${name}`)) throw new RangeError(`${kind} ${name} is defined twice`);
    seen.add(`${kind} ${name}`);
  }
  const topics = topology.pools.flatMap((p) => p.topics);
  const double = topics.find((t, i) => topics.indexOf(t) !== i);
  if (double !== undefined) throw new RangeError(`two pools take the topic ${double}`);
  return topology;
}

/** The pool that takes a topic, or undefined. The filter with most literal tokens wins. */
export function poolFor(
  topology: Topology,
  topic: string,
  matches: (filter: string, topic: string) => boolean,
): string | undefined {
  let best: { pool: string; weight: number } | undefined;
  for (const pool of topology.pools)
    for (const filter of pool.topics) {
      const weight =
        filter.split('.').filter((t) => t !== '*' && t !== '>').length * 2 + (filter.endsWith('>') ? 0 : 1);
      if (matches(filter, topic) && (!best || weight > best.weight)) best = { pool: pool.name, weight };
    }
  return best?.pool;
}
