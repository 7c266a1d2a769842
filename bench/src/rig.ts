import type { Part } from './parts/part.js';
import type { FromCollector, FromProducer, ToCollector, ToProducer } from './load/messages.js';

/** The ways to run the same jobs. */
export const VARIANTS = [
  'bare',
  'governed',
  'governed-open',
  'without-claim',
  'without-warrant',
  'without-accounts',
  'standalone',
] as const;
/** Those that are run when nothing else is asked for. */
export const USUAL_VARIANTS: readonly Variant[] = ['bare', 'governed', 'standalone'];
export type Variant = (typeof VARIANTS)[number];

/** One variant, running: real servers and processes of its own. */
export interface Rig {
  readonly producer: Part<ToProducer, FromProducer>;
  readonly collector: Part<ToCollector, FromCollector>;
  /** Process ids by the name their CPU time is told under. */
  readonly processes: ReadonlyMap<string, number>;
  /** Messages that are still held in streams. */
  backlog(): Promise<number>;
  /** Throws when what was stored does not show `ids` run to their end exactly once. Gives what was counted. */
  verify(ids: readonly string[]): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

/** What every rig is started with. */
export interface RigOptions {
  /** An empty folder for its data; removed by the caller. */
  readonly folder: string;
  readonly natsBin: string;
  /** The environment of its Node processes. */
  readonly env: NodeJS.ProcessEnv;
  /** Where profiles go; none are made without. */
  readonly profileDir?: string;
}
