import type { BusLog } from '@countersign/messaging';

/** The settings that the process of a part was started with. */
export function settingsOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Tells the benchmark something. */
export function tell(message: unknown): void {
  process.send?.(message);
}

/** Says that this part is ready, and ends it in order on SIGTERM. */
export function partReady(stop: () => Promise<unknown>): void {
  process.once('SIGTERM', () => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(1));
  tell('ready');
}

/** Milliseconds of the machine's monotonic clock: the same in every process. */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

const say = (text: string, fields?: object) => console.error(text, JSON.stringify(fields ?? {}));

/** Warnings and errors of the bus go to the terminal. */
export const terminalLog: BusLog = { info: () => undefined, warn: say, error: say };
