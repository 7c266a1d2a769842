const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const DAY = `(?:${DAYS.join('|')})`;
const WINDOW = new RegExp(
  `^(?:(${DAY}(?:-${DAY})?(?:,${DAY}(?:-${DAY})?)*) )?([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])$`,
);
const MINUTES = 24 * 60;

/** Hours of certain days. */
interface Window {
  /** By day of the week, Sunday first, on which it begins. */
  readonly days: readonly boolean[];
  /** In minutes after midnight; the end is not included. An end before the start is on the next day. */
  readonly from: number;
  readonly to: number;
}

/** Whether a text is a window such as `09:00-17:00` or `mon-fri 09:00-17:00`. */
export function isTimeWindow(text: string): boolean {
  return parseWindow(text) !== undefined;
}

/** Whether a text is an IANA time zone. Offsets such as `+02:00` are none: they don't know summer time. */
export function isTimeZone(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(text) && formatOf(text) !== undefined;
}

/** Whether an instant lies in a window of a zone; undefined if window or zone are none. A window that spans midnight belongs to the day on which it begins. */
export function isWithin(instant: number, windowText: string, zone: string): boolean | undefined {
  const window = parseWindow(windowText);
  const format = window && isTimeZone(zone) ? formatOf(zone) : undefined;
  if (!window || !format) return undefined;
  const { day, minute } = wallClock(instant, format);
  const before = (day + 6) % 7;
  if (window.from < window.to) return isOn(window, day) && minute >= window.from && minute < window.to;
  return (isOn(window, day) && minute >= window.from) || (isOn(window, before) && minute < window.to);
}

const isOn = ({ days }: Window, day: number) => days[day] === true;

function parseWindow(text: string): Window | undefined {
  const [all, days, fromHour, fromMinute, toHour, toMinute] = WINDOW.exec(text) ?? [];
  if (all === undefined) return undefined;
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (to > MINUTES || from === to) return undefined;
  return { days: daysOf(days), from, to };
}

function daysOf(text: string | undefined): boolean[] {
  const on = DAYS.map(() => text === undefined);
  for (const part of text?.split(',') ?? []) {
    const [first = '', last = first] = part.split('-');
    const end = DAYS.findIndex((day) => day === last);
    let day = DAYS.findIndex((name) => name === first);
    on[day] = true;
    while (day !== end) on[(day = (day + 1) % 7)] = true;
  }
  return on;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
/** Zones are few, but a client may choose them: past this many the cache starts anew. */
const MAX_FORMATS = 1000;

/** The formatter of a zone, kept: making one costs far more than using it. */
function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  if (formats.size >= MAX_FORMATS) formats.clear();
  const format = makeFormat(zone);
  formats.set(zone, format);
  return format;
}

function makeFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function wallClock(instant: number, format: Intl.DateTimeFormat): { day: number; minute: number } {
  let day = 0;
  let minute = 0;
  for (const { type, value } of format.formatToParts(instant)) {
    if (type === 'weekday') day = DAYS.findIndex((name) => name === value.toLowerCase());
    else if (type === 'hour') minute += Number(value) * 60;
    else if (type === 'minute') minute += Number(value);
  }
  return { day, minute };
}
