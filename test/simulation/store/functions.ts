import { createHash } from 'node:crypto';
import type { Compiled } from './compile-expression.js';
import type { Frame } from './frame.js';

type Argument = Compiled & { readonly name: string | undefined };
type Make = (args: readonly Argument[]) => Compiled;

const value = (type: string, of: (frame: Frame) => unknown): Compiled => ({ type, of });
const numeric =
  (of: (...numbers: number[]) => number): Make =>
  (args) =>
    value('unknown', (frame) => {
      const values = args.map((arg) => arg.of(frame));
      return values.includes(null) ? null : of(...(values as number[]));
    });

const UNIT_MS: Readonly<Record<string, number>> = {
  secs: 1_000,
  mins: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** The first that is not null, or of those that are not null the one that `better` prefers. */
const pick =
  (better?: (left: number, right: number) => number): Make =>
  (args) =>
    value(args.find((arg) => arg.type !== 'unknown')?.type ?? 'unknown', (frame) => {
      const known = args.map((arg) => arg.of(frame)).filter((one) => one !== null);
      if (known.length === 0) return null;
      return better ? (known as number[]).reduce((left, right) => better(left, right)) : known[0];
    });

const of1 = (argument: Argument, of: (one: unknown) => unknown): Compiled =>
  value('unknown', (frame) => {
    const one = argument.of(frame);
    return one === null ? null : of(one);
  });

const lock =
  (shared: boolean): Make =>
  ([key]) =>
    value('void', (frame) => {
      frame.run.transaction.lockAdvisory(String(key!.of(frame)), shared);
      return '';
    });

/** The functions that the services' statements call. */
export const FUNCTIONS: Readonly<Record<string, Make>> = {
  /** The start of the transaction. */
  now: () => value('timestamptz', (frame) => frame.run.transaction.startedAtMs),
  pg_current_xact_id: () => value('unknown', (frame) => frame.run.transaction.startedAtMs),
  clock_timestamp: () => value('timestamptz', (frame) => frame.run.transaction.clockMs()),
  date_part: ([, time]) =>
    value('unknown', (frame) => {
      const ms = time!.of(frame);
      return ms === null ? null : (ms as number) / 1000;
    }),
  make_interval: (args) =>
    value('interval', (frame) =>
      args.reduce((sum, arg) => sum + Number(arg.of(frame)) * (UNIT_MS[arg.name ?? ''] ?? NaN), 0),
    ),
  floor: numeric(Math.floor),
  power: numeric(Math.pow),
  least: pick(Math.min),
  greatest: pick(Math.max),
  coalesce: pick(),
  octet_length: ([of]) =>
    value('unknown', (frame) => {
      const bytes = of!.of(frame);
      return bytes === null ? null : Buffer.byteLength(bytes as string | Buffer);
    }),
  /** The one format that is used: RFC 3339 with milliseconds in UTC. */
  to_char: ([time]) =>
    value('text', (frame) => {
      const ms = time!.of(frame);
      return ms === null ? null : new Date(ms as number).toISOString();
    }),
  convert_to: ([text]) => of1(text!, (one) => Buffer.from(String(one))),
  sha256: ([bytes]) =>
    of1(bytes!, (one) =>
      createHash('sha256')
        .update(one as Buffer)
        .digest(),
    ),
  encode: ([bytes]) => of1(bytes!, (one) => (one as Buffer).toString('hex')),
  pg_advisory_xact_lock: lock(false),
  pg_advisory_xact_lock_shared: lock(true),
};
