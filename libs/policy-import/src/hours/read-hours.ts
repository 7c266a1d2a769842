import type { ImportSession } from '../import-session.js';
import { ImportProblemCode } from '../import-result.js';
import type { SourceNode } from '../source/source-node.js';
import { DAYS, type OperatingHours } from './operating-hours.js';

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
const WINDOW =
  /^(?:([a-z]{3,9}(?:-[a-z]{3,9})?)\s+)?(\d\d:\d\d)\s*-\s*(\d\d:\d\d)(?:\s+([A-Za-z][\w+/-]*))?$/i;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
/** Words that mean no limit. */
const ALWAYS = ['24/7', 'always'];

/**
 * Reads `09:00-17:00`, `mon-fri 09:00-17:00 Europe/Berlin`, or a mapping of `start`, `end`, `days` and `timezone`.
 * Undefined for `24/7`, and with a problem for what can't be read.
 */
export function readHours(session: ImportSession, node: SourceNode): OperatingHours | undefined {
  return node.content.kind === 'mapping' ? readMapping(session, node) : readText(session, node);
}

function readText(session: ImportSession, node: SourceNode): OperatingHours | undefined {
  const text = node.text('operating_hours');
  if (text === undefined || ALWAYS.includes(text)) return undefined;
  const [, days, from, to, zone] = WINDOW.exec(text) ?? [];
  if (from === undefined || to === undefined) return badHours(node, text);
  return hours(session, node, {
    from,
    to,
    zone,
    days: days === undefined ? EVERY_DAY : dayRange(node, days),
  });
}

function readMapping(session: ImportSession, node: SourceNode): OperatingHours | undefined {
  const members = session.members(node, 'operating_hours', ['start', 'end', 'days', 'timezone']);
  const [start, end, days, zone] = ['start', 'end', 'days', 'timezone'].map((key) => members.get(key));
  if (!start || !end) return node.fault(ImportProblemCode.MissingKey, 'operating_hours needs start and end');
  const from = start.text('start');
  const to = end.text('end');
  if (from === undefined || to === undefined) return undefined;
  return hours(session, node, {
    from,
    to,
    zone: zone?.text('timezone'),
    days: days ? readDays(days) : EVERY_DAY,
  });
}

interface Written {
  readonly from: string;
  readonly to: string;
  readonly zone: string | undefined;
  readonly days: readonly number[] | undefined;
}

function hours(session: ImportSession, node: SourceNode, written: Written): OperatingHours | undefined {
  const from = minutes(written.from);
  const to = written.to === '24:00' ? 1440 : minutes(written.to);
  if (from === undefined || to === undefined) return badHours(node, `${written.from}-${written.to}`);
  if (from === to) {
    return node.fault(ImportProblemCode.BadValue, 'operating hours must not end when they begin');
  }
  const zone = written.zone ?? session.options.timezone;
  if (zone === undefined) {
    return session.question(
      node,
      'in which time zone? Answer with the option timezone, such as Europe/Berlin',
    );
  }
  if (!isZone(zone)) {
    return node.fault(
      ImportProblemCode.BadValue,
      `${JSON.stringify(zone)} is no time zone that is known here`,
    );
  }
  if (written.zone === undefined) session.asked(node, `the hours are in ${zone}`);
  return written.days && { from, to, zone, days: written.days };
}

function minutes(text: string): number | undefined {
  const [, hour, minute] = CLOCK.exec(text) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

function readDays(node: SourceNode): readonly number[] | undefined {
  if (node.content.kind === 'scalar') {
    const text = node.text('days');
    return text === undefined ? undefined : dayRange(node, text);
  }
  const names = node.list('days', (entry) => entry.text('a day'));
  const days = names.map(({ value, node: at }) => dayNumber(at, value));
  if (days.length === 0) return node.fault(ImportProblemCode.BadValue, 'days must not be empty');
  return days.some((day) => day === undefined)
    ? undefined
    : days.filter((day) => day !== undefined).sort((one, other) => one - other);
}

function dayRange(node: SourceNode, text: string): readonly number[] | undefined {
  const [first = '', last = first] = text.split('-');
  const from = dayNumber(node, first);
  const to = dayNumber(node, last);
  if (from === undefined || to === undefined) return undefined;
  if (from > to)
    return node.fault(ImportProblemCode.BadValue, `the days ${text} must not run over the week's end`);
  return EVERY_DAY.slice(from, to + 1);
}

function dayNumber(node: SourceNode, name: string): number | undefined {
  const at = DAYS.findIndex((day) => name.trim().toLowerCase().startsWith(day));
  return at < 0
    ? node.fault(ImportProblemCode.BadValue, `${JSON.stringify(name)} is no day of the week`)
    : at;
}

function badHours(node: SourceNode, text: string): undefined {
  return node.fault(
    ImportProblemCode.BadValue,
    `${JSON.stringify(text)} is no time of the day such as 09:00-17:00 or mon-fri 09:00-17:00`,
  );
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
