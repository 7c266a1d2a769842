import type { Database } from '@countersign/persistence';
import { cpuPerJob, cpuTimes } from '../measure/cpu-time.js';
import type { Stops } from '../stops.js';
import { startFloor, type Floor } from './floor/start-floor.js';
import { HttpClient } from './measure/http-client.js';
import { measureApprove, type ApproveResult } from './measure/measure-approve.js';
import { measureList } from './measure/measure-list.js';
import { measurePage } from './measure/measure-page.js';
import { stagesOf } from './measure/stages.js';
import type { ApprovalsOptions } from './options.js';
import { TOPICS } from './platform/files.js';
import { countOpen, fillQueue } from './platform/fill-queue.js';
import { startApprovalsPlatform, type ApprovalsPlatform } from './platform/start-platform.js';
import type { ApprovalsRound } from './report/goals.js';

/** What the benchmark is run with. */
interface Setting {
  readonly folder: string;
  readonly natsBin: string;
  readonly profileDir?: string;
  readonly openDatabase: (url: string) => Promise<Database>;
  readonly keep: (rounds: readonly ApprovalsRound[]) => Promise<void>;
}

/** Topic of the jobs that are approved at a fixed rate: one approval, no word to type. */
const APPROVED = `${TOPICS}.refund`;

/**
 * Starts the platform and the floor and measures the parts that are asked for, by turns of the rounds: approvals first,
 * the floor before the platform in every other round; then the page; the lists at last, when most waits.
 */
export async function runParts(
  stops: Stops,
  options: ApprovalsOptions,
  setting: Setting,
): Promise<readonly ApprovalsRound[]> {
  const platform = await startApprovalsPlatform(stops, setting);
  const database = await setting.openDatabase(platform.adminUrl);
  stops.add(() => database.close());
  const floor = options.parts.includes('approve')
    ? await startFloor(stops, { ...setting, adminUrl: platform.adminUrl, database })
    : undefined;
  const rounds: ApprovalsRound[] = Array.from({ length: options.rounds }, (_, i) => ({ round: i + 1 }));
  const each = async (measure: (round: number) => Promise<Partial<ApprovalsRound>>) => {
    for (const [i, { round }] of rounds.entries()) {
      rounds[i] = { ...rounds[i]!, ...(await measure(round)) };
      await setting.keep(rounds);
    }
  };
  if (floor)
    await each(async (round) => {
      const governed = async () => ({ approve: await approveGoverned(platform, database, options) });
      const bare = async () => ({ floor: await approveFloor(floor, options) });
      const [first, second] = round % 2 === 0 ? [bare, governed] : [governed, bare];
      return told({ ...(await first()), ...(await second()) });
    });
  if (options.parts.includes('page')) {
    await withHttp(platform.url, (http) => fillUpTo(http, database, options.shown));
    await each(async () => {
      const page = await measurePage(`${platform.url}/`, options.loads);
      return page === undefined ? {} : told({ page });
    });
  }
  if (options.parts.includes('list')) {
    await withHttp(platform.url, (http) => fillUpTo(http, database, options.waiting));
    const after = await middleOf(database);
    await platform.profiled(() =>
      each(() =>
        withHttp(platform.url, async (http) =>
          told({ lists: await measureList(http, options.requests, after) }),
        ),
      ),
    );
  }
  await platform.writeStatements();
  return rounds;
}

function approveGoverned(
  { url, worker, profiled, processes }: ApprovalsPlatform,
  database: Database,
  { approvals, warmUp, perSecond }: ApprovalsOptions,
): Promise<ApproveResult> {
  return withHttp(url, async (http) => {
    const ids = await fillQueue(http, database, warmUp + approvals, APPROVED);
    const approve = async (id: string) => {
      await http.ask('POST', `/api/v1/approvals/${id}/approve`, 200, { note: 'ticket 4711' });
    };
    const before = cpuTimes(processes);
    const { result, times } = await profiled(() =>
      measureApprove({ ids, warmUp, perSecond, approve, worker }),
    );
    const cpuUs = cpuPerJob(before, cpuTimes(processes), ids.length);
    return { ...result, cpuUs, stages: { ...(await stagesOf(database, times)) } };
  });
}

async function approveFloor(
  { url, worker, fill }: Floor,
  { approvals, warmUp, perSecond }: ApprovalsOptions,
): Promise<ApproveResult> {
  const ids = await fill(warmUp + approvals);
  return withHttp(url, async (http) => {
    const approve = async (id: string) => {
      await http.ask('POST', '/', 200, { id });
    };
    return (await measureApprove({ ids, warmUp, perSecond, approve, worker })).result;
  });
}

/** Connections that are new: those that were idle meanwhile are about to be closed by the server. */
async function withHttp<T>(url: string, work: (http: HttpClient) => Promise<T>): Promise<T> {
  const http = new HttpClient(url);
  return work(http).finally(() => http.close());
}

async function fillUpTo(http: HttpClient, database: Database, count: number): Promise<void> {
  const missing = count - (await countOpen(database));
  if (missing > 0) await fillQueue(http, database, missing);
}

/** The cursor in the middle of the queue. */
async function middleOf(database: Database): Promise<string> {
  const [row] = await database.query<{ id: string }>(
    `SELECT approval_id AS id FROM approval_service.approvals WHERE state = 'PENDING' ORDER BY approval_id
     OFFSET (SELECT count(*) / 2 FROM approval_service.approvals WHERE state = 'PENDING') LIMIT 1`,
  );
  if (row === undefined) throw new Error('nothing waits');
  return row.id;
}

/** Says on the terminal what was measured. */
function told<T extends object>(measured: T): T {
  console.error(
    JSON.stringify(measured, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toFixed(2)) : value,
    ),
  );
  return measured;
}
