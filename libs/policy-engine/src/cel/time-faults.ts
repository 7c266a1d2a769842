import { didYouMean } from '../load/suggest.js';
import { isTimeWindow, isTimeZone } from './time-window.js';

/** Why a text is no window of time, with what was most likely meant; undefined if it is one. */
export function timeWindowFault(text: string): string | undefined {
  if (isTimeWindow(text)) return undefined;
  const meant = spelledAsWindow(text);
  const hint = isTimeWindow(meant) ? `; did you mean "${meant}"?` : '';
  return `a window of time must read like "09:00-17:00" or "mon-fri 09:00-17:00"${hint}`;
}

/** Why a text is no time zone, with the zone that was most likely meant; undefined if it is one. */
export function timeZoneFault(text: string): string | undefined {
  if (isTimeZone(text)) return undefined;
  const hint = didYouMean(text, Intl.supportedValuesOf('timeZone'));
  return `a time zone must be an IANA zone such as "Europe/Berlin"${hint}`;
}

/** A window in the words and figures that one is written with: `Monday – Friday, 9–17:30` as `mon-fri 09:00-17:30`. */
function spelledAsWindow(text: string): string {
  return text
    .toLowerCase()
    .replace(/\b(sun|mon|tue|wed|thu|fri|sat)[a-z]*/g, '$1')
    .replace(/\s*(?:[-\u2010-\u2015]|\bto\b)\s*/g, '-')
    .replace(/\s*,\s*/g, ',')
    .replace(/,(?=\d)/g, ' ')
    .replace(
      /(?<![\d:.])(\d{1,2})(?:[:.](\d\d))?(?![\d:.])/g,
      (_all, hour: string, minute: string | undefined) => `${hour.padStart(2, '0')}:${minute ?? '00'}`,
    )
    .trim();
}
