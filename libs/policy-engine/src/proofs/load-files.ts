import { loadPolicy } from '../load/load-policy.js';
import type { PolicySnapshot } from '../policy-snapshot.js';
import { sourcesOf, type RawFile } from './random-policy.js';

/** The snapshot of a generated policy. Throws, with the problems, if it is refused: then the generator is wrong. */
export function snapshotOf(files: readonly RawFile[]): PolicySnapshot {
  const result = loadPolicy(sourcesOf(files));
  if (result.ok) return result.snapshot;
  throw new Error(`a generated policy is refused: ${JSON.stringify(result.errors.slice(0, 5))}`);
}
