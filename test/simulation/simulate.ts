import { Logger } from '@nestjs/common';
import { Service } from '@countersign/contracts';
import { Attacker } from './world/attacker.js';
import { AuditStandIn } from './world/audit-stand-in.js';
import { Checker } from './world/checker.js';
import { beginDay } from './world/determinism.js';
import { People } from './world/people.js';
import { Platform, type Observer, type Schemas, type Sabotage } from './world/platform.js';
import { SIMULATED } from './world/services.js';
import { settled, Violation, World, type Action, type Fault, type Limits } from './world/world.js';
import { Worker } from './world/workers.js';

/** Events of the storm; what follows is the calm, in which everything has to end. */
const STORM_EVENTS = 110;
/** More than any run needs: one that takes more does not come to rest. */
const MOST_EVENTS = 6_000;
const LONGEST_MS = 2 * 3_600_000;

/** How one seed went. */
export interface Outcome {
  readonly seed: number;
  readonly events: number;
  readonly faults: readonly Fault[];
  /** What was violated; undefined when nothing was. */
  readonly violation: string | undefined;
  readonly trace: readonly string[];
  /** The states that the jobs ended in. */
  readonly states: readonly string[];
}

export interface Options extends Limits {
  readonly sabotage?: Sabotage;
  /** Hears of each statement. */
  readonly recorded?: Observer['recorded'];
}

/** Runs one seed: a storm over a few jobs, then calm until everything is at rest. The same seed runs the same way. */
export async function simulate(seed: number, schemas: Schemas, options: Options = {}): Promise<Outcome> {
  const world = new World(seed, options);
  beginDay(world.random);
  const write = (message: unknown) => world.note(`log: ${JSON.stringify(message)}`);
  Logger.overrideLogger({ log: write, warn: write, error: write });
  const checker = new Checker(options.recorded);
  let violation: string | undefined;
  try {
    await run(world, schemas, checker, options.sabotage);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    violation = error instanceof Violation ? error.message : (error.stack ?? error.message);
  }
  const { events, faults, trace } = world;
  return { seed, events, faults, violation, trace, states: checker.states };
}

async function run(
  world: World,
  schemas: Schemas,
  checker: Checker,
  sabotage: Sabotage | undefined,
): Promise<void> {
  const { random } = world;
  const platform = new Platform(world, schemas, checker, sabotage);
  checker.platform = platform;
  const audit = new AuditStandIn(platform);
  const people = new People(world, platform, 2 + random.below(3));
  const workers = [
    ['mcp', 'mcp-1'],
    ['mcp', 'mcp-2'],
    ['agent', 'agent-1'],
    ['agent', 'agent-2'],
  ].map(([pool = '', id = '']) => new Worker(world, platform, checker, pool, id));
  const attacker = new Attacker(world, platform, checker);
  for (;;) {
    await settled();
    if (checker.violation !== undefined) checker.fail(checker.violation);
    if (world.events > MOST_EVENTS || world.nowMs - world.startedAtMs > LONGEST_MS)
      checker.fail(`nothing comes to rest: ${unfinished(platform)}`);
    if (world.isStorm && world.events >= STORM_EVENTS) {
      world.isStorm = false;
      platform.reviveAll();
    }
    if (world.strikes('crash')) platform.crashOne();
    if (!world.isIdle && random.chance(0.85) && world.takeTurn()) continue;
    const actions = [
      ...platform.actions(),
      ...people.actions(),
      ...workers.flatMap((worker) => worker.actions()),
      ...attacker.actions(),
      ...(world.isStorm ? [timePasses(world)] : []),
    ];
    const action = choose(world, actions);
    if (action) {
      world.events++;
      world.note(action.what);
      action.run();
    } else if (!world.takeTurn()) {
      if (isAtRest(platform, people, workers)) break;
      waitForNext(world, platform, workers);
    }
  }
  checker.atRest(people, audit);
  if (checker.recorded) platform.readAll();
}

function choose({ random }: World, actions: readonly Action[]): Action | undefined {
  let rest = random.next() * actions.reduce((sum, action) => sum + action.weight, 0);
  for (const action of actions) {
    rest -= action.weight;
    if (rest < 0) return action;
  }
  return undefined;
}

function timePasses(world: World): Action {
  const { random } = world;
  const ms = world.strikes('stall') ? 8_000 + random.below(30_000) : 20 + random.below(600);
  return { what: 'time passes', weight: 1.5, run: () => world.pass(ms) };
}

function isAtRest(platform: Platform, people: People, workers: readonly Worker[]): boolean {
  return (
    people.jobs.every((job) => job.isStored) &&
    workers.every((worker) => worker.isIdle) &&
    platform.bus.nextDeliveryMs() === Infinity &&
    SIMULATED.every((service) => platform.rowsOf(service, 'outbox').length === 0) &&
    platform.dueTimes(Service.Scheduler).length === 0 &&
    platform.dueTimes(Service.ApprovalService).length === 0
  );
}

/** Lets time pass until somebody wants something. */
function waitForNext(world: World, platform: Platform, workers: readonly Worker[]): void {
  const times = [
    platform.bus.nextDeliveryMs(),
    ...workers.flatMap((worker) => worker.dueTimes),
    ...SIMULATED.flatMap((service) => [
      ...platform.dueTimes(service),
      ...platform.rowsOf(service, 'outbox').map((row) => Number(row['next_send_at'])),
    ]),
  ].filter((at) => at > world.nowMs);
  world.events++;
  world.pass(Math.min(Math.max(250, Math.min(...times) - world.nowMs + 1), 60_000));
}

function unfinished(platform: Platform): string {
  const jobs = platform
    .rowsOf(Service.Scheduler, 'jobs')
    .map((row) => `${String(row['job_id'])} ${String(row['state'])}`);
  const outbox = SIMULATED.flatMap((service) =>
    platform
      .rowsOf(service, 'outbox')
      .map((row) => `${service}: ${String(row['event_id'])} flags ${String(row['flags'])}`),
  );
  return [...jobs, ...outbox].join('; ');
}
