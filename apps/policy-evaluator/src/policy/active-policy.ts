import { readFile } from 'node:fs/promises';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { loadPolicy, type PolicySnapshot, type PolicySource } from '@countersign/policy-engine';
import { PLATFORM_CONFIG, roadOf, type PlatformConfig, type Road } from '@countersign/service-kit';

/** The policy set that decides. Loaded whole at start or not at all: without a valid set the evaluator does not run. */
@Injectable()
export class ActivePolicy implements OnModuleInit {
  private readonly logger = new Logger(Service.PolicyEvaluator);
  private active: PolicySnapshot | undefined;

  constructor(
    @Inject(PLATFORM_CONFIG) private readonly config: PlatformConfig,
    @Inject(roadOf(Service.PolicyEvaluator)) private readonly road: Road,
  ) {}

  /** The active set. Throws before one is loaded, so nothing is decided without. */
  get snapshot(): PolicySnapshot {
    if (!this.active) throw new CodedError('no_policy', 'no policy is loaded');
    return this.active;
  }

  /** Reads, checks and activates the files, and keeps the set for replay. Throws with each problem's file and line. */
  async onModuleInit(): Promise<void> {
    const sources: PolicySource[] = await Promise.all(
      this.config.policyFiles.map(async (file) => ({ file, text: await readFile(file, 'utf8') })),
    );
    const loaded = loadPolicy(sources);
    if (!loaded.ok) {
      const problems = loaded.errors.map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`);
      throw new CodedError('invalid_policy', `the policy is refused:\n${problems.join('\n')}`);
    }
    for (const warning of loaded.warnings) this.logger.warn({ ...warning });
    await this.road.database.query(
      'INSERT INTO snapshots (hash, sources) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET activated_at = now()',
      [loaded.snapshot.hash, JSON.stringify(sources)],
    );
    this.active = loaded.snapshot;
    this.logger.log({
      message: 'policy active',
      snapshot: loaded.snapshot.hash,
      rules: loaded.snapshot.rules.length,
    });
  }
}
