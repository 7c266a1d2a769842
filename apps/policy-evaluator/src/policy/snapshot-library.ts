import { Inject, Injectable } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { loadPolicy, type PolicySnapshot, type PolicySource } from '@countersign/policy-engine';
import { roadOf, type Road } from '@countersign/service-kit';
import type { BundleProblem } from '../bundle/bundle.js';
import { contentDigest } from '../bundle/content-digest.js';
import { loadBundle, type LoadedBundle } from '../bundle/load-bundle.js';
import { findSources } from './policy.store.js';

/** Compiled policies that are kept at hand beside the active one. */
const MAX_KEPT = 16;

export type Candidate =
  | { readonly ok: true; readonly snapshot: PolicySnapshot }
  | { readonly ok: false; readonly code: 'not_found' | 'policy_unloadable' }
  | { readonly ok: false; readonly code: 'invalid_policy'; readonly problems: readonly BundleProblem[] };

/** Compiles policies that are stored or sent, and keeps the last few compiled. */
@Injectable()
export class SnapshotLibrary {
  private readonly stored = new Kept<PolicySnapshot>();
  private readonly sent = new Kept<LoadedBundle>();

  constructor(@Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database'>) {}

  /** A stored policy. It is compiled anew and must give its own digest again: else it is not what once decided. */
  async find(hash: string): Promise<Candidate> {
    const known = this.stored.get(hash);
    if (known) return { ok: true, snapshot: known };
    const sources = await findSources(this.road.database, hash);
    if (sources === undefined) return { ok: false, code: 'not_found' };
    const loaded = loadPolicy(sources);
    if (!loaded.ok || loaded.snapshot.hash !== hash) return { ok: false, code: 'policy_unloadable' };
    return { ok: true, snapshot: this.stored.put(hash, loaded.snapshot) };
  }

  /** A policy that is sent along, with its tests run. */
  load(sources: readonly PolicySource[]): LoadedBundle {
    const content = contentDigest(sources);
    return this.sent.get(content) ?? this.sent.put(content, loadBundle(sources));
  }

  /** What a question names: a stored policy, one that is sent along, or else the one given. */
  async choose(
    about: { readonly snapshot?: string; readonly sources?: readonly PolicySource[] },
    active: PolicySnapshot,
  ): Promise<Candidate> {
    if (about.sources !== undefined) {
      const loaded = this.load(about.sources);
      return loaded.ok
        ? { ok: true, snapshot: loaded.snapshot }
        : { ok: false, code: 'invalid_policy', problems: loaded.problems };
    }
    if (about.snapshot === undefined || about.snapshot === active.hash) return { ok: true, snapshot: active };
    return this.find(about.snapshot);
  }
}

/** The last few of something, by use. */
class Kept<T> {
  private readonly values = new Map<string, T>();

  get(key: string): T | undefined {
    const value = this.values.get(key);
    return value === undefined ? undefined : this.put(key, value);
  }

  put(key: string, value: T): T {
    this.values.delete(key);
    this.values.set(key, value);
    const [oldest] = this.values.keys();
    if (this.values.size > MAX_KEPT && oldest !== undefined) this.values.delete(oldest);
    return value;
  }
}
