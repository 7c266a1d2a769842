import { AttemptState, Service, Subjects, tailOf, type Result, type Verdict } from '@countersign/contracts';
import { canonicalJson, sha256Digest, type JsonValue } from '@countersign/kernel';
import type { Delivery } from '@countersign/messaging';
import type { DatabaseLike, Sql } from '@countersign/persistence';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure, shrink } from './report.js';
import { simulate, type Outcome } from './simulate.js';
import { takeOverProcess } from './world/determinism.js';
import { readSchemas, type Platform, type Sabotage, type Schemas } from './world/platform.js';

/** Seeds within which a planted bug has to be found. */
const WITHIN = 150;

let schemas: Schemas;
let giveBack: () => void;

beforeAll(async () => {
  schemas = await readSchemas();
  giveBack = takeOverProcess();
});
afterAll(() => giveBack());

type Rewrite = (text: string) => string;

/** A service whose statements are rewritten on their way: a defect of the store, or of who wrote the statement. */
function rewriting(service: Service, rewrite: Rewrite): Sabotage {
  return {
    database: (of, database) =>
      of !== service
        ? database
        : {
            ...rewritten(database, rewrite),
            transaction: (work, tenant) =>
              database.transaction((sql) => work(rewritten(sql, rewrite)), tenant),
            close: () => database.close(),
          },
  };
}

function rewritten(sql: Sql, rewrite: Rewrite): Sql {
  const query: Sql['query'] = (text, params) => sql.query(rewrite(text), params);
  return { query, insertMany: sql.insertMany, updateMany: sql.updateMany };
}

/** A service that leaves out what it inserts into a table. */
function withoutInserts(service: Service, table: string): Sabotage {
  const blind = (sql: Sql): Sql => ({
    query: sql.query,
    updateMany: sql.updateMany,
    insertMany: (into, ...rest) => (into === table ? Promise.resolve([]) : sql.insertMany(into, ...rest)),
  });
  return {
    database: (of, database): DatabaseLike =>
      of !== service
        ? database
        : {
            ...blind(database),
            transaction: (work, tenant) => database.transaction((sql) => work(blind(sql)), tenant),
            close: () => database.close(),
          },
  };
}

const BUGS: Readonly<Record<string, Sabotage>> = {
  'a commit that is answered and not kept': {
    gate: (gate) => ({
      ...gate,
      luck: (what) => (what === 'commit' && gate.luck('commit') === 'lost' ? 'forgotten' : 'good'),
    }),
  },
  'jobs that are read without their locks': rewriting(Service.Scheduler, (text) =>
    text.includes('FROM jobs j WHERE j.job_id = ANY($1)')
      ? text.replace('FOR UPDATE', '')
      : text.replace('CASE WHEN j.version = r.from_version THEN r.version END', 'r.version'),
  ),
  'a scheduler without fencing': { delivery: withTheLeaseOfTheDay },
  'a scheduler that takes any report under a lease': { delivery: asItsRunWould },
  'an outbox that nothing is written to': withoutInserts(Service.Scheduler, 'outbox'),
  'leases that are stored without who holds them': rewriting(Service.Scheduler, (text) =>
    text.replaceAll('a.worker_id AS "workerId", a.nonce', `a.worker_id AS "workerId", 'same' AS nonce`),
  ),
};

/** What a scheduler that fences nobody off takes every verdict for: one about the attempt that runs now. */
function withTheLeaseOfTheDay(service: Service, delivery: Delivery, platform: Platform): Delivery {
  if (service !== Service.Scheduler || delivery.stream !== 'VERDICTS') return delivery;
  const verdict = JSON.parse(Buffer.from(delivery.data).toString()) as Verdict;
  const attempt = platform
    .rowsOf(Service.Scheduler, 'attempts')
    .find((row) => row['job_id'] === verdict.job_id && row['state'] === AttemptState.Running);
  const job = platform.rowsOf(Service.Scheduler, 'jobs').find((row) => row['job_id'] === verdict.job_id);
  if (!attempt || !job) return delivery;
  const body = {
    ...verdict,
    attempt: attempt['attempt'],
    lease_id: attempt['lease_id'],
    epoch: attempt['epoch'],
    run_id: attempt['run_id'],
    pool: attempt['pool'],
    constraints_digest: sha256Digest(canonicalJson(job['constraints'] as JsonValue)),
  };
  return { ...delivery, data: Buffer.from(JSON.stringify(body)) };
}

/** What a scheduler that looks at the lease alone takes every result for: one of its run, its constraints and its topic. */
function asItsRunWould(service: Service, delivery: Delivery, platform: Platform): Delivery {
  if (service !== Service.Scheduler || delivery.stream !== 'RESULTS') return delivery;
  const result = JSON.parse(Buffer.from(delivery.data).toString()) as Result;
  const attempt = platform
    .rowsOf(Service.Scheduler, 'attempts')
    .find((row) => row['lease_id'] === result.lease.id);
  const job = platform.rowsOf(Service.Scheduler, 'jobs').find((row) => row['job_id'] === result.job_id);
  const address = Subjects.result.parse(delivery.subject);
  if (!attempt || !job || address === undefined || address.pool !== attempt['pool']) return delivery;
  const body = {
    ...result,
    run_id: attempt['run_id'],
    constraints_digest: sha256Digest(canonicalJson(job['constraints'] as JsonValue)),
  };
  const subject = Subjects.result.address({
    pool: address.pool,
    tail: tailOf(String(job['topic'])) ?? address.tail,
  });
  return { ...delivery, subject, data: Buffer.from(JSON.stringify(body)) };
}

async function find(sabotage: Sabotage): Promise<Outcome | undefined> {
  for (let seed = 1; seed <= WITHIN; seed++) {
    const outcome = await simulate(seed, schemas, { sabotage });
    if (outcome.violation !== undefined) return outcome;
  }
  return undefined;
}

describe('a planted bug', () => {
  it.each(Object.entries(BUGS))(`is found: %s`, async (_name, sabotage) => {
    const found = await find(sabotage);
    expect(found, `nothing was found within ${WITHIN} seeds`).toBeDefined();
  });

  it('fails again in the same way, event by event, and no more once it is mended', async () => {
    const sabotage = BUGS['a commit that is answered and not kept']!;
    const found = await find(sabotage);
    const [first, second] = [
      await simulate(found!.seed, schemas, { sabotage, traced: true }),
      await simulate(found!.seed, schemas, { sabotage, traced: true }),
    ];
    expect(first.violation).toBe(found!.violation);
    expect(second.trace).toEqual(first.trace);
    expect((await simulate(found!.seed, schemas)).violation).toBeUndefined();
  });

  it('is told with the fewest faults that bring it about', async () => {
    const sabotage = BUGS['a commit that is answered and not kept']!;
    const found = await find(sabotage);
    const { outcome } = await shrink(found!, schemas, { sabotage });
    expect(outcome.violation).toBeDefined();
    expect(outcome.faults.length).toBeLessThanOrEqual(found!.faults.length);
    expect(await describeFailure(found!, schemas, { sabotage })).toMatch(/^seed \d+ after \d+ events: /);
  });
});
