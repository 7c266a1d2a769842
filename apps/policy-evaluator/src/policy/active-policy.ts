import {
  Inject,
  Injectable,
  Logger,
  Optional,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ActivationCause, PolicyChange, Service } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import type { PolicySnapshot } from '@countersign/policy-engine';
import {
  HEALTH_DETAILS,
  PLATFORM_CONFIG,
  roadOf,
  sweeperOf,
  type HealthDetails,
  type PlatformConfig,
  type Road,
  type Sweeper,
} from '@countersign/service-kit';
import { activatePolicy } from '../activate/activate-policy.js';
import {
  BundleProblemCode,
  contentOf,
  type Bundle,
  type BundleProblem,
  type BundleReading,
} from '../bundle/bundle.js';
import { loadBundle, type LoadedBundle } from '../bundle/load-bundle.js';
import { readSettled } from '../bundle/read-settled.js';
import { BundleWatch } from '../bundle/watch-bundle.js';
import { tellChange } from './policy-event.js';
import type { PolicyHealth } from './policy-health.js';
import { matchesPin } from './policy-pin.js';
import { insertSnapshot, lastActivation, lastFolderContent, type Activation } from './policy.store.js';
import { SnapshotLibrary } from './snapshot-library.js';
import { Staleness } from './staleness.js';

/** How often the last activation is looked up, in milliseconds: another process may have made it. */
export const REFRESH_INTERVAL_MS = 1_000;
/** Who activates what is in the folder. */
const FOLDER = 'folder';

/**
 * The policy that decides. What was activated last decides, by whoever in whatever process; the folder is one of those who
 * activate, whenever its content changes. Whatever is wrong with something new, the old goes on deciding, and says so;
 * without anything valid at the start the evaluator does not run.
 */
@Injectable()
export class ActivePolicy implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Service.PolicyEvaluator);
  private readonly folder = new Staleness();
  private readonly adoption = new Staleness();
  private readonly watch: BundleWatch;
  private current: { readonly snapshot: PolicySnapshot; readonly activation: Activation } | undefined;
  private seenContent: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(PLATFORM_CONFIG) private readonly config: Pick<PlatformConfig, 'policyFiles' | 'policyPin'>,
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Pick<Road, 'database' | 'run'>,
    @Inject(sweeperOf(Service.PolicyEvaluator)) private readonly sweeper: Pick<Sweeper, 'every'>,
    @Inject(SnapshotLibrary) private readonly library: SnapshotLibrary,
    @Optional() @Inject(HEALTH_DETAILS) details?: HealthDetails,
  ) {
    details?.add('policy', () => this.health);
    this.watch = new BundleWatch(
      config.policyFiles,
      (reading) => this.inTurn(() => this.takeFolder(reading, ActivationCause.Folder)),
      (error) =>
        this.logger.warn({ message: 'the policy folder could not be followed', error: String(error) }),
    );
  }

  /** The active set. Throws before one is loaded, so nothing is decided without. */
  get snapshot(): PolicySnapshot {
    return this.inForce.snapshot;
  }

  /** The activation that is in force here. Throws as {@link snapshot}. */
  get activation(): Activation {
    return this.inForce.activation;
  }

  /** What decides, and whether it is what was last meant to. */
  get health(): PolicyHealth | null {
    if (!this.current) return null;
    const { snapshot, activation } = this.current;
    const adoption = this.adoption.state;
    return {
      snapshot: snapshot.hash,
      policy_id: snapshot.policy_id ?? null,
      policy_version: snapshot.policy_version ?? null,
      activated_at: activation.at,
      ...(adoption.problem === null ? this.folder.state : adoption),
    };
  }

  /** Takes up what was active last, and what has changed in the folder since. Throws with each problem's file and line. */
  async onModuleInit(): Promise<void> {
    await this.refresh();
    const reading = await readSettled(this.config.policyFiles);
    if (reading === undefined && !this.current)
      throw new CodedError('invalid_policy', 'the policy files change all the time');
    if (reading !== undefined) await this.inTurn(() => this.begin(reading));
    const { hash, rules } = this.snapshot;
    this.logger.log({ message: 'policy active', snapshot: hash, rules: rules.length });
    this.watch.start();
    this.sweeper.every('policy', REFRESH_INTERVAL_MS, () => this.refresh());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.watch.stop();
    await this.turn;
  }

  /** Takes up the last activation, whoever made it. What can't be taken up leaves everything as it is, and is told. */
  refresh(): Promise<void> {
    return this.inTurn(() => this.adoptLast());
  }

  private get inForce() {
    if (!this.current) throw new CodedError('no_policy', 'no policy is loaded');
    return this.current;
  }

  /** One change at a time: what is in force is compared and set over several questions to the database. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async begin(reading: BundleReading): Promise<void> {
    const isNew = contentOf(reading) !== (await lastFolderContent(this.road.database));
    if (this.current && !isNew) this.seenContent = contentOf(reading);
    else await this.takeFolder(reading, this.current ? ActivationCause.Folder : ActivationCause.Start);
    if (this.current) return;
    const { problem } = this.folder.state;
    const { file = '', line = 0, column = 0, code = '', message = 'nothing can be loaded' } = problem ?? {};
    throw new CodedError(
      'invalid_policy',
      `the policy is refused:\n${file}:${line}:${column} ${message} (${code})`,
    );
  }

  private async adoptLast(): Promise<void> {
    const last = await lastActivation(this.road.database);
    if (!last || (last.seq === this.current?.activation.seq && last.hash === this.current.snapshot.hash))
      return;
    const found = await this.library.find(last.hash);
    const problem = !found.ok ? unloadable(last.hash) : this.pinProblem(found.snapshot);
    if (!found.ok || problem) {
      await this.refuse(this.adoption, `${last.seq} ${last.hash}`, [problem ?? unloadable(last.hash)], {
        snapshot: last.hash,
      });
      return;
    }
    this.current = { snapshot: found.snapshot, activation: last };
    this.adoption.end();
    this.logger.log({ message: 'policy activated', snapshot: last.hash, how: last.how, by: last.by });
  }

  /** What the folder holds comes into force when it is other than what the folder gave last, and holds. */
  private async takeFolder(reading: BundleReading, how: ActivationCause): Promise<void> {
    const content = contentOf(reading);
    if (content === this.seenContent) return;
    const loaded: LoadedBundle = reading.ok ? loadBundle(reading.bundle.sources) : reading;
    const pinned = loaded.ok ? this.pinProblem(loaded.snapshot) : undefined;
    if (!reading.ok || !loaded.ok || pinned) {
      const problems = loaded.ok ? (pinned ? [pinned] : []) : loaded.problems;
      await this.refuse(this.folder, content, problems, { content });
    } else {
      await this.activateBundle(reading.bundle, loaded, how);
      this.folder.end();
    }
    this.seenContent = content;
  }

  private async activateBundle(
    { sources, content }: Bundle,
    { snapshot, warnings }: LoadedBundle & { readonly ok: true },
    how: ActivationCause,
  ): Promise<void> {
    // Another layout of the same, or back to what the folder gave before it was broken: nothing to be put into force.
    if (this.current?.snapshot.hash === snapshot.hash) return;
    if (this.current && content === (await lastFolderContent(this.road.database))) return;
    for (const warning of warnings) this.logger.warn({ ...warning });
    const { hash, policy_id = null, policy_version = null, rules } = snapshot;
    await this.road.run(async (work) => {
      const stored = { hash, policy_id, policy_version, rules: rules.length, warnings, sources };
      await insertSnapshot(work, { ...stored, pushed_by: FOLDER });
      await activatePolicy(work, { snapshot, how, by: FOLDER, tenant: null, content });
    });
    await this.adoptLast();
  }

  private async refuse(
    staleness: Staleness,
    content: string,
    problems: readonly BundleProblem[],
    what: { readonly snapshot?: string; readonly content?: string },
  ): Promise<void> {
    if (!staleness.begin(content, problems)) return;
    for (const problem of problems.slice(0, 20))
      this.logger.error({ ...problem, message: problemText(problem) });
    // Before there is anything in force the process ends with these problems, and nothing has changed.
    if (!this.current) return;
    try {
      await this.road.run((work) => {
        tellChange(work, PolicyChange.Refused, { ...what, previous: this.snapshot.hash }, { problems });
        return Promise.resolve();
      });
    } catch (error) {
      staleness.tellAgain(content);
      throw error;
    }
  }

  private pinProblem(snapshot: PolicySnapshot): BundleProblem | undefined {
    const { policyPin } = this.config;
    if (matchesPin(policyPin, snapshot)) return undefined;
    const message = `this process is pinned to ${policyPin ?? ''}`;
    return { file: '', line: 0, column: 0, code: BundleProblemCode.Pinned, message };
  }
}

function unloadable(hash: string): BundleProblem {
  const message = `what is stored as ${hash} does not give this digest any more`;
  return { file: '', line: 0, column: 0, code: BundleProblemCode.Unloadable, message };
}

const problemText = ({ file, line, column, message }: BundleProblem) =>
  `the policy is refused: ${file}:${line}:${column} ${message}`;
