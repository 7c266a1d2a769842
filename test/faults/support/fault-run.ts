import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '@countersign/contracts';
import { schemaOf } from '@countersign/persistence';
import { ROOT } from '@countersign/standalone';
import { expect, vi } from 'vitest';
import { plantedKey } from '../../flow/support/planted-key.js';
import { TestPlatform } from '../../flow/support/platform.js';
import { check } from '../checker/check.js';
import type { History, Violation } from '../checker/history.js';
import { plantedEnv, type PlantedBug } from '../plant/planted-bugs.js';
import { EffectWorker } from './effect-worker.js';
import { Load } from './load.js';
import { Postgres } from './postgres.js';
import { readDatabase } from './read-history.js';
import { Tap } from './tap.js';

/** How a run differs from a plain one. */
export interface FaultRunOptions {
  /** A bug that every process gets. */
  readonly bug?: PlantedBug;
  /** The point at which a service dies once it was {@link FaultRun.arm}ed. */
  readonly point?: string;
  /** Added to the environment of every process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The platform as processes with its load, its tap and its worker; in the end the checker says what broke. */
export class FaultRun {
  /** In every answer of the load's jobs that is to be caught; no output may hold it. */
  readonly secret = plantedKey();
  readonly load: Load;
  readonly database: Postgres;

  private constructor(
    readonly platform: TestPlatform,
    readonly tap: Tap,
    readonly worker: EffectWorker,
    private readonly folder: string,
    /** What every process has in its environment, besides where its servers are. */
    readonly env: NodeJS.ProcessEnv,
  ) {
    this.load = new Load(platform);
    this.database = new Postgres(platform.servers.postgres);
    // Its idle connections end with the server; the next query opens others.
    platform.database.on('error', () => undefined);
  }

  static async start(options: FaultRunOptions = {}): Promise<FaultRun> {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-faults-'));
    await writeFile(join(folder, 'died'), '');
    const env = {
      COUNTERSIGN_POLICIES: join(ROOT, 'test/faults/policies/faults.yaml'),
      NODE_OPTIONS: '--conditions=@countersign/faults',
      ...(options.bug && plantedEnv(options.bug)),
      ...(options.point !== undefined && {
        COUNTERSIGN_FAULT: options.point,
        COUNTERSIGN_FAULT_ONCE: join(folder, 'died'),
      }),
      ...options.env,
    };
    const platform = await TestPlatform.start('processes', { ackWaitMs: 1_000, env });
    let stop = () => platform.stop();
    try {
      const tap = await Tap.open(platform.servers);
      const run = new FaultRun(platform, tap, new EffectWorker(platform, env), folder, env);
      stop = () => run.stop();
      await run.worker.start();
      return run;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** From now on the first process that gets to the point dies there. */
  async arm(): Promise<void> {
    await rm(join(this.folder, 'died'), { force: true });
  }

  /** Has every lease end now that a run still holds, as its 15 s without a heartbeat would. */
  async loseLeases(): Promise<void> {
    await this.platform.database.query(
      `UPDATE scheduler.attempts SET lease_expires_at = now() WHERE state = 'RUNNING'`,
    );
  }

  /** Waits until nothing moves any more, and gives what the checker finds. */
  async violations(patienceMs?: number): Promise<readonly Violation[]> {
    await this.load.ended(patienceMs);
    await this.sent();
    await this.tap.quiet();
    return check(await this.history());
  }

  /** Waits until no outbox holds a message that is due: a service that starts again sends what it may not have sent. */
  private async sent(): Promise<void> {
    const due = SERVICES.map(
      (service) => `SELECT event_id FROM ${schemaOf(service)}.outbox WHERE next_send_at <= now()`,
    );
    await vi.waitFor(
      async () => {
        const { rows } = await this.platform.database.query(due.join(' UNION ALL '));
        expect(rows).toEqual([]);
      },
      { timeout: 30_000, interval: 100 },
    );
  }

  /** What the three records say now. */
  async history(): Promise<History> {
    await this.tap.caughtUp();
    return {
      ...(await readDatabase(this.platform.database)),
      accepted: this.load.accepted,
      tap: this.tap.messages,
      effects: await this.worker.effects(),
      secrets: [this.secret],
      tokens: [this.load.token],
    };
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.tap.close();
    await this.platform.stop();
    await this.database.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
