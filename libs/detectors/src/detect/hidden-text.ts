import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';

/** Characters that a reader does not see, or that change the order in which others are seen. */
const hidden =
  /[\u202a-\u202e\u2066-\u2069]|\udb40[\udc00-\udc7f]|[\u200b-\u200f\u2060-\u2064\u206a-\u206f\u115f\u1160\u3164\uffa0\ufeff\u00ad]{4}|[\ufe00-\ufe0f]{3}|(?:\udb40[\udd00-\uddef]){2}/g;
const override = /[\u202a-\u202e\u2066-\u2069]/;
const opens = /[\u202a\u202b\u202d\u202e\u2066-\u2068]/;
const longestHidden = 4096;

/** Hidden text: tag characters, overrides of the direction of writing, and rows of invisible characters. */
export function findHiddenText(view: View, report: (span: Span) => void): void {
  const { text } = view;
  hidden.lastIndex = 0;
  for (let found = hidden.exec(text); found !== null; found = hidden.exec(text)) {
    const start = found.index;
    const end = start + found[0].length;
    if (override.test(found[0])) hidden.lastIndex = reportOverride(view, start, report);
    else if (found[0].startsWith('\udb40')) hidden.lastIndex = reportTags(view, start, report);
    else {
      hidden.lastIndex = runOf(
        text,
        end,
        /[\u200b-\u200f\u2060-\u2064\u206a-\u206f\u115f\u1160\u3164\uffa0\ufeff\u00ad\ufe00-\ufe0f]/,
      );
      report({ rule: 'unsafe.invisible-text', start, end: hidden.lastIndex });
    }
    view.work.steps += hidden.lastIndex - start;
  }
}

/** Tag characters spell text that only a machine reads. The flags of three countries are written with them, too. */
function reportTags(view: View, start: number, report: (span: Span) => void): number {
  const { text } = view;
  let end = start;
  while (end < start + longestHidden && text.charCodeAt(end) === 0xdb40) end += 2;
  const isFlag =
    text.slice(start - 2, start) === '\ud83c\udff4' &&
    end - start <= 14 &&
    text.slice(end - 2, end) === '\udb40\udc7f';
  const rule = text.charCodeAt(start + 1) >= 0xdd00 ? 'unsafe.invisible-text' : 'unsafe.unicode-tags';
  if (!isFlag) report({ rule, start, end });
  return end;
}

/** From an override to the end of the line or the character that ends it: that is how far it reaches. */
function reportOverride(view: View, start: number, report: (span: Span) => void): number {
  const { text } = view;
  let depth = 0;
  let end = start;
  for (; end < Math.min(text.length, start + longestHidden) && text[end] !== '\n'; end++) {
    const character = text[end] ?? '';
    if (opens.test(character)) depth++;
    else if (override.test(character) && --depth <= 0) break;
  }
  const closed = depth <= 0 && end < text.length && text[end] !== '\n';
  const stop = closed ? end + 1 : end;
  const isolate = /^[\u2066-\u2068]/.test(text[start] ?? '');
  if (isolate && closed && !/[\u202d\u202e]/.test(text.slice(start, stop))) return stop;
  report({ rule: 'unsafe.bidi-override', start, end: stop });
  return stop;
}

function runOf(text: string, from: number, characters: RegExp): number {
  let end = from;
  while (end < text.length && characters.test(text[end] ?? '')) end++;
  return end;
}

const escapes =
  /(?:\x1b|\x9b)(?:\][^\x07\x1b]{0,1024}(?:\x07|\x1b\\)?|[PX^_][^\x1b]{0,1024}(?:\x1b\\)?|\[?[0-9;?=>!]{0,32}[ -/]{0,4}[@-~])/g;
/** Colours and bold type, but not hidden (8) or crossed-out text. */
const harmless =
  /^(?:\x1b\[|\x9b)(?:(?:0|1|2|3|4|5|7|9|2[1-9]|3[0-9]|4[0-9]|5\d|9\d|10\d|38;5;\d{1,3}|48;5;\d{1,3}|38;2(?:;\d{1,3}){3}|48;2(?:;\d{1,3}){3})?;?){0,8}m$|^\x1b\[[0-2]?K$/;

/** Terminal escapes that move, erase, hide, set titles or clipboards. Colours are let pass. */
export function findTerminalEscapes(view: View, report: (span: Span) => void): void {
  escapes.lastIndex = 0;
  for (let found = escapes.exec(view.text); found !== null; found = escapes.exec(view.text)) {
    view.work.steps += found[0].length;
    if (harmless.test(found[0])) continue;
    report({ rule: 'unsafe.ansi-escape', start: found.index, end: found.index + found[0].length });
  }
}
