/** Where the bus writes what happens to it. `fields` hold no message bodies and no secrets. */
export interface BusLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A log that keeps nothing: for callers that bring none. */
export const silentLog: BusLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
