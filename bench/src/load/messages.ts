/** What the producer is told. */
export type ToProducer =
  /** Sends `count` jobs, with at most `window` sent and not collected. */
  | { readonly kind: 'saturate'; readonly count: number; readonly window: number }
  /** So many jobs were collected. */
  | { readonly kind: 'collected'; readonly count: number }
  /** Sends `count` jobs, one every `1000 / perSecond` milliseconds. */
  | { readonly kind: 'pace'; readonly count: number; readonly perSecond: number };

/** Job ids and the times they were due or collected, in milliseconds of the shared clock. */
export interface Times {
  readonly ids: readonly string[];
  readonly atMs: readonly number[];
}

/** What the producer says. */
export type FromProducer = 'ready' | { readonly kind: 'sent'; readonly sent: Times; readonly resent: number };

/** What the collector is told: to say what it has collected since it was last asked. */
export interface ToCollector {
  readonly kind: 'report';
}

/** What the collector says. */
export type FromCollector =
  | 'ready'
  | { readonly kind: 'collected'; readonly count: number }
  | { readonly kind: 'report'; readonly collected: Times };

/** What the producer is started with. */
export interface ProducerSettings extends BrokerAccess {
  /** The subject that its jobs are published on. @default their topic, as producers do in an account of their own */
  readonly subject?: string;
}

/** How a part of the load reaches the broker. */
export interface BrokerAccess {
  readonly servers: string;
  readonly user: string;
  readonly seed: string;
  /** Where the broker's stream API is, for an account that has its own. @default where the platform's accounts have it */
  readonly apiPrefix?: string;
}
