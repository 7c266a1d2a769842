import { Service } from '@countersign/contracts';
import { migrations as approvalMigrations } from '@countersign/approval-service';
import { startEphemeralPostgres, type RunningPostgres } from '@countersign/infra';
import { migrations as scannerMigrations } from '@countersign/output-scanner';
import { migrations as evaluatorMigrations } from '@countersign/policy-evaluator';
import { migrations as schedulerMigrations } from '@countersign/scheduler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate } from '../simulate.js';
import type { Recorded } from '../store/tables.js';
import { takeOverProcess } from '../world/determinism.js';
import { readSchemas, type Schemas } from '../world/platform.js';
import type { Simulated } from '../world/services.js';
import { PostgresReplay } from './postgres-replay.js';

const MIGRATIONS = {
  [Service.ApprovalService]: approvalMigrations,
  [Service.OutputScanner]: scannerMigrations,
  [Service.PolicyEvaluator]: evaluatorMigrations,
  [Service.Scheduler]: schedulerMigrations,
} as const;
const SEEDS = Number(process.env['SIMULATION_REPLAYS'] ?? 8);

let postgres: RunningPostgres;
let schemas: Schemas;

beforeAll(async () => {
  postgres = await startEphemeralPostgres();
  schemas = await readSchemas();
});
afterAll(() => postgres?.stop());

/** What the transactions of each service did in some simulations. */
async function record(): Promise<Map<Simulated, Recorded[][]>> {
  const all = new Map<Simulated, Recorded[][]>();
  const giveBack = takeOverProcess();
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const days = new Map<Simulated, Recorded[]>();
      await simulate(seed, schemas, {
        recorded: (service, one) => {
          const day = days.get(service);
          if (day) day.push(one);
          else days.set(service, [one]);
        },
      });
      for (const [service, day] of days) all.set(service, [...(all.get(service) ?? []), day]);
    }
  } finally {
    giveBack();
  }
  return all;
}

describe('the database in memory', () => {
  let recorded: Map<Simulated, Recorded[][]>;
  beforeAll(async () => {
    recorded = await record();
  });

  it.each(Object.values(MIGRATIONS))(
    'gives the rows that PostgreSQL gives, lock by lock, for each statement of $service',
    async (migrations) => {
      const replay = await PostgresReplay.open(postgres.url, migrations);
      try {
        for (const day of recorded.get(migrations.service as Simulated) ?? []) {
          for (const one of day) await replay.repeat(one);
          await replay.clear();
        }
        expect(replay.statements).toBeGreaterThan(50);
        expect(replay.differences).toEqual([]);
      } finally {
        await replay.close();
      }
    },
  );
});
