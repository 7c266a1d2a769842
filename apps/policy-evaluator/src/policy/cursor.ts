/** Where a page ends, in a list by time and id. */
export interface Cursor {
  /** RFC 3339 with microseconds. */
  readonly at: string;
  readonly id: string;
}

const CURSOR = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z)~([A-Za-z0-9:]{1,80})$/;

export const writeCursor = (at: string, id: string): string => `${at}~${id}`;

/** The place that a cursor names; undefined when it is none. */
export function readCursor(text: string): Cursor | undefined {
  const [, at, id] = CURSOR.exec(text) ?? [];
  return at === undefined || id === undefined ? undefined : { at, id };
}
