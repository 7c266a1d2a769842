import { poolFor, subjectMatches } from '@countersign/contracts';
import type { PlatformConfig } from '@countersign/service-kit';
import { sealsOf, type Seals } from '../warrant/seals.js';

/** Gives the pool that takes a topic. */
export type PoolOf = (topic: string) => string | undefined;

/** What a job's steps are judged by besides the job. */
export interface JobRules {
  readonly poolOf: PoolOf;
  readonly seals: Seals;
}

/** The rules of a platform. Throws `CodedError` where a seal key is missing. */
export function jobRulesOf({
  topology,
  secrets,
}: {
  readonly topology: PlatformConfig['topology'];
  readonly secrets: Parameters<typeof sealsOf>[0];
}): JobRules {
  return { poolOf: (topic) => poolFor(topology, topic, subjectMatches), seals: sealsOf(secrets) };
}
