import { parseArgs } from 'node:util';

/** What the benchmark of approvals looks at. */
export const PARTS = ['approve', 'list', 'page'] as const;
export type ApprovalsPart = (typeof PARTS)[number];

/** What the benchmark of approvals is asked to do. */
export interface ApprovalsOptions {
  readonly rounds: number;
  readonly parts: readonly ApprovalsPart[];
  /** Approvals per second, and how many of each way in a round after the first ones, which count for nothing. */
  readonly perSecond: number;
  readonly approvals: number;
  readonly warmUp: number;
  /** Questions that wait while lists are asked for, and requests of each kind of list in a round. */
  readonly waiting: number;
  readonly requests: number;
  /** Questions that wait while the page is loaded, and loads in a round. */
  readonly shown: number;
  readonly loads: number;
  /** Whether CPU profiles of the platform and its statements are kept. */
  readonly profile: boolean;
}

export const APPROVALS_USAGE = `usage: bench approvals [--quick] [--rounds 3] [--parts ${PARTS.join(',')}] [--rate 50] [--waiting 10000]
             [--profile]
--quick: one round, fewer requests, 1,000 waiting.`;

/** Reads the command line. Throws TypeError or RangeError with what is wrong. */
export function readApprovalsOptions(args: readonly string[]): ApprovalsOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      parts: { type: 'string', default: PARTS.join(',') },
      rate: { type: 'string', default: '50' },
      waiting: { type: 'string' },
      profile: { type: 'boolean', default: false },
    },
  });
  const { quick, profile } = values;
  return {
    rounds: whole('rounds', values.rounds ?? (quick ? '1' : '3')),
    parts: partsIn(values.parts),
    perSecond: whole('rate', values.rate),
    approvals: quick ? 150 : 500,
    warmUp: quick ? 50 : 100,
    waiting: whole('waiting', values.waiting ?? (quick ? '1000' : '10000')),
    requests: quick ? 30 : 200,
    shown: quick ? 200 : 1_000,
    loads: quick ? 2 : 5,
    profile,
  };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new RangeError(`--${name}: ${text} is no positive whole number`);
  return value;
}

function partsIn(text: string): readonly ApprovalsPart[] {
  const named = text.split(',').map((word) => {
    const found = PARTS.find((part) => part === word);
    if (found === undefined) throw new RangeError(`--parts: ${word} is none of ${PARTS.join(', ')}`);
    return found;
  });
  return PARTS.filter((part) => named.includes(part));
}
