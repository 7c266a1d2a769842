/** Days as the language writes them; the week begins on Monday. */
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Hours of the day on some days of the week, in a zone. */
export interface OperatingHours {
  /** Minutes from midnight. */
  readonly from: number;
  /** Minutes from midnight, exclusive; below `from` when the hours span midnight. */
  readonly to: number;
  /** Positions in {@link DAYS}, sorted; hours that span midnight belong to the day on which they begin. */
  readonly days: readonly number[];
  /** IANA name. */
  readonly zone: string;
}

/** Whether an instant is within the hours. */
export function isOpen({ from, to, days, zone }: OperatingHours, instant: Date): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const minute = Number(part('hour')) * 60 + Number(part('minute'));
  const day = DAYS.findIndex((name) => name === part('weekday').toLowerCase());
  if (from < to) return days.includes(day) && minute >= from && minute < to;
  return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to);
}

/** An instant that is within the hours, or outside, in the first week of 2026; undefined when there is none. */
export function instantThat(hours: OperatingHours, open: boolean): Date | undefined {
  const start = Date.UTC(2026, 0, 5);
  for (let quarter = 0; quarter < 7 * 96; quarter++) {
    const instant = new Date(start + quarter * 900_000);
    if (isOpen(hours, instant) === open) return instant;
  }
  return undefined;
}

/** Runs of days that follow each other, as the language writes them: `mon-fri`, `sun`. */
export function dayRanges(days: readonly number[]): readonly string[] {
  const ranges: [number, number][] = [];
  for (const day of days) {
    const last = ranges.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else ranges.push([day, day]);
  }
  return ranges.map(([from, to]) => (from === to ? `${DAYS[from]}` : `${DAYS[from]}-${DAYS[to]}`));
}
