import { isTimeZone } from './time-window.js';

/** What CEL can ask of a time; of months and of days but `getDate`, the first is 0. */
type Part = (clock: Date) => number;

const DAY_MS = 86_400_000;

/** Read from a time whose UTC fields are those of the wall clock. */
const PARTS: Readonly<Record<string, Part>> = {
  getFullYear: (clock) => clock.getUTCFullYear(),
  getMonth: (clock) => clock.getUTCMonth(),
  getDate: (clock) => clock.getUTCDate(),
  getDayOfMonth: (clock) => clock.getUTCDate() - 1,
  getDayOfWeek: (clock) => clock.getUTCDay(),
  getDayOfYear: (clock) => Math.floor((clock.getTime() - yearStart(clock.getUTCFullYear())) / DAY_MS),
  getHours: (clock) => clock.getUTCHours(),
  getMinutes: (clock) => clock.getUTCMinutes(),
  getSeconds: (clock) => clock.getUTCSeconds(),
  getMilliseconds: (clock) => clock.getUTCMilliseconds(),
};

/** Whether a function reads a part of a time. */
export const isClockPart = (name: string): boolean => Object.hasOwn(PARTS, name);

/**
 * A part of a time, by the wall clock of a zone (IANA) or else of UTC; undefined if the zone is none. The zone of this
 * process plays no part: the library's own functions go through it, and its summer time shows in their answers.
 */
export function clockPart(name: string, time: Date, zone?: string): bigint | undefined {
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  const clock = zone === undefined ? time : wallClock(time, zone);
  return part && clock && BigInt(part(clock));
}

function yearStart(year: number): number {
  // `Date.UTC` takes the years 0 to 99 for those of the last century.
  return new Date(0).setUTCFullYear(year, 0, 1);
}

/** A time whose UTC fields are what a clock of the zone shows. */
function wallClock(time: Date, zone: string): Date | undefined {
  const format = formatOf(zone);
  if (!format) return undefined;
  const shown = new Map(format.formatToParts(time).map(({ type, value }) => [type, value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(shown.get(type));
  const year = shown.get('era') === 'BC' ? 1 - of('year') : of('year');
  const clock = new Date(0);
  clock.setUTCFullYear(year, of('month') - 1, of('day'));
  clock.setUTCHours(of('hour'), of('minute'), of('second'), time.getUTCMilliseconds());
  return clock;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Zones are few, but a client may choose them: past this many the cache starts anew. */
const MAX_FORMATS = 1000;

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone);
  if (known) return known;
  if (!isTimeZone(zone)) return undefined;
  if (formats.size >= MAX_FORMATS) formats.clear();
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    era: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}
