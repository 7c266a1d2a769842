import { median } from '../../measure/statistics.js';
import type { ApproveResult } from '../measure/measure-approve.js';
import type { ListResult } from '../measure/measure-list.js';
import type { PageResult } from '../measure/measure-page.js';

/** One round, with what was looked at. */
export interface ApprovalsRound {
  readonly round: number;
  readonly floor?: ApproveResult;
  readonly approve?: ApproveResult;
  readonly lists?: readonly ListResult[];
  readonly page?: PageResult;
}

/** What is to be reached, in milliseconds. */
export const AIMS = { approveP50: 10, approveP99: 40, listP99: 100, page: 1_000 } as const;

/** One aim and what was measured, in milliseconds. */
export interface Goal {
  readonly aim: string;
  readonly measured: number;
  readonly met: boolean;
}

/** The aims of the parts that were measured, judged by the medians of the rounds. */
export function goalsOf(rounds: readonly ApprovalsRound[]): readonly Goal[] {
  const approve = rounds.flatMap((round) => round.approve ?? []);
  const lists = rounds.flatMap((round) => round.lists ?? []);
  const pages = rounds.flatMap((round) => round.page?.median ?? []);
  const slowest = [...new Set(lists.map(({ name }) => name))].map((name) =>
    median(lists.filter((list) => list.name === name).map(({ p99 }) => p99)),
  );
  return [
    ...atMost(
      'approve until the worker holds the lease, p50',
      AIMS.approveP50,
      approve.map(({ p50 }) => p50),
    ),
    ...atMost(
      'approve until the worker holds the lease, p99',
      AIMS.approveP99,
      approve.map(({ p99 }) => p99),
    ),
    ...(slowest.length === 0 ? [] : atMost('the slowest list, p99', AIMS.listP99, [Math.max(...slowest)])),
    ...atMost('the queue in a browser until a reviewer can work', AIMS.page, pages),
  ];
}

function atMost(name: string, aim: number, values: readonly number[]): Goal[] {
  if (values.length === 0) return [];
  const measured = median(values);
  return [{ aim: `${name}: ${aim} ms or less`, measured, met: measured <= aim }];
}
