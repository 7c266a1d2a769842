/** By how much the server's clock is ahead of this machine's, in milliseconds: between the two bounds. */
export interface ClockBounds {
  readonly least: number;
  readonly most: number;
}

/** What one answer tells: its `Date` header has whole seconds, and was written after sending and before receiving. */
export function boundsOf(date: string, sentAt: number, receivedAt: number): ClockBounds | undefined {
  const second = Date.parse(date);
  if (Number.isNaN(second)) return undefined;
  return { least: second - receivedAt, most: second + 1000 - sentAt };
}

/** What two answers tell together. Where they contradict, a clock was set meanwhile: the newer one counts. */
export function narrowed(known: ClockBounds, newer: ClockBounds): ClockBounds {
  const both = { least: Math.max(known.least, newer.least), most: Math.min(known.most, newer.most) };
  return both.least <= both.most ? both : newer;
}

let bounds: ClockBounds | undefined;

/** Learns from an answer. */
export function observeDate(date: string | null, sentAt: number, receivedAt: number): void {
  const told = date === null ? undefined : boundsOf(date, sentAt, receivedAt);
  if (told !== undefined) bounds = bounds === undefined ? told : narrowed(bounds, told);
}

/** The server's time, in milliseconds since 1970: what decides over deadlines is its clock, not this machine's. */
export function serverNow(): number {
  return Date.now() + (bounds === undefined ? 0 : (bounds.least + bounds.most) / 2);
}
