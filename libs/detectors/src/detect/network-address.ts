import validator from 'validator';
import { CharClass, isAt, runEnd } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { Span } from '../engine/span.js';
import type { View } from '../engine/view.js';

const hexMask = CharClass.Hex;
/** Eight groups of four and an embedded IPv4 address. */
const longestAddress = 46;
const contextReach = 40;
const announced =
  /(?:\bip|ip\b|addr|client|remote|visitor|\bsource|\bsrc|origin|\bfrom|peer|x-forwarded|login|user)/i;
/** Words that say whose address it is, so that even one of a private network leads to somebody. */
const strictlyAnnounced = /(?:\b_?ip|ip\b|ip_|_ip|addr|client|remote|visitor|x-forwarded)[^\n]{0,16}$/i;
/** The header of a table with a column of addresses, and the row that the address stands in. */
const columnHeader =
  /(?:^|[,;\t|])[\w ]{0,12}(?:ip|ipv4|addr|address)[\w ]{0,8}(?:[,;\t|][\w ]{1,24}){0,8}\r?\n[^\n]{0,64}$/i;
const headerReach = 128;
const version =
  /(?:\bv|ver|version|release|build|spec|[=~^<>]=|python|node|java|assembly|oid|snmp|section|chapter|chrome|firefox|safari|edge|opera|webkit|gecko)[^\n]{0,12}$/i;

/** IPv4 address that begins with the digits at `start`; gives its end, or undefined. */
export function ipv4End(view: View, start: number): number | undefined {
  const { text } = view;
  let at = start;
  for (let octet = 0; octet < 4; octet++) {
    const end = runEnd(view, at, CharClass.Digit, 4);
    const length = end - at;
    if (length === 0 || length > 3 || Number(text.slice(at, end)) > 255 || (length > 1 && text[at] === '0'))
      return undefined;
    if (octet < 3 && text[end] !== '.') return undefined;
    at = octet < 3 ? end + 1 : end;
  }
  if (isAt(text, at, CharClass.Word) || (/[.-]/.test(text[at] ?? '') && isAt(text, at + 1, CharClass.Alnum)))
    return undefined;
  if (isAt(text, start - 1, CharClass.Token | CharClass.Dot)) return undefined;
  return at;
}

/**
 * Reports an IPv4 address that may lead to a person. Addresses that many machines share (private networks, this
 * machine, documentation) are details of a person only where a word says so; what may be a version needs one, too.
 */
export function reportIpv4(view: View, start: number, end: number, report: (span: Span) => void): void {
  const octets = view.text.slice(start, end).split('.').map(Number);
  const [a = 0] = octets;
  if (a === 0 || a === 127 || a >= 224 || view.text[end] === '/') return;
  const before = view.text.slice(Math.max(0, start - contextReach), start);
  view.work.steps += contextReach;
  if (version.test(before)) return;
  if (isShared(octets)) {
    if (
      !strictlyAnnounced.test(before) &&
      !columnHeader.test(view.text.slice(Math.max(0, start - headerReach), start))
    )
      return;
  } else if (octets.filter((octet) => octet > 25).length < (announced.test(before) ? 1 : 2)) return;
  report({ rule: 'pii.IP_ADDRESS', start, end });
}

function isShared([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254))
    return true;
  return (
    (a === 192 && b === 0 && c <= 2) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

/** IPv6 and MAC addresses. The keyword is a colon between or after hexadecimal digits. */
export const detectColonGroups: Detector = (view, start, end, report) => {
  const { text } = view;
  if (start < view.colonsUntil || !isAt(text, start - 1, hexMask)) return;
  if (text[end] !== ':' && !isAt(text, end, hexMask)) return;
  if (isTime(text, start)) {
    view.colonsUntil = start + 4;
    return;
  }
  let from = start;
  while (from > start - 5 && isAt(text, from - 1, hexMask)) from--;
  const limit = from + longestAddress;
  let to = end;
  while (to < limit && (text[to] === ':' || isAt(text, to, hexMask))) to++;
  view.work.steps += to - from;
  view.colonsUntil = to;
  if (
    to - from < 10 ||
    isAt(text, from - 1, CharClass.Word | CharClass.Hyphen) ||
    text[from - 1] === ':' ||
    isAt(text, to, CharClass.Word)
  )
    return;
  while (text[to - 1] === ':' && text[to - 2] !== ':') to--;
  const written = text.slice(from, to);
  if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(written)) reportMac(written, from, to, report);
  else if (isPublicIpv6(written)) report({ rule: 'pii.IP_ADDRESS', start: from, end: to });
};

/** `hh:mm:ss` is what colons are mostly for. */
function isTime(text: string, start: number): boolean {
  return (
    text.charCodeAt(start + 3) === colon &&
    text.charCodeAt(start + 6) !== colon &&
    !isAt(text, start - 3, CharClass.Hex) &&
    text.charCodeAt(start - 3) !== colon &&
    isAt(text, start - 2, CharClass.Digit) &&
    isAt(text, start + 4, CharClass.Digit)
  );
}

const colon = 58;

/** MAC addresses written with hyphens, after a word that announces one. */
export const detectAnnouncedMac: Detector = (view, start, end, report) => {
  if (
    isAt(view.text, start - 1, CharClass.Letter) ||
    (isAt(view.text, end, CharClass.Letter) && !/addr/i.test(view.text.slice(end, end + 4)))
  )
    return;
  const window = view.text.slice(end, end + 80);
  view.work.steps += window.length;
  const found =
    /(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-])|(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![0-9A-Za-z.])/.exec(
      window,
    );
  if (found === null) return;
  const from = end + found.index;
  reportMac(found[0], from, from + found[0].length, report);
};

/** All ones is everybody, all zeros nobody. */
function reportMac(written: string, start: number, end: number, report: (span: Span) => void): void {
  if (!/^(?:0|[^0-9a-z])+$|^(?:f|[^0-9a-z])+$/i.test(written))
    report({ rule: 'pii.MAC_ADDRESS', start, end });
}

function isPublicIpv6(written: string): boolean {
  if (written.split(':').filter((group) => group !== '').length < 3 || !/\d/.test(written)) return false;
  if (/^(?:2001:0?db8|f[ef]|0{0,4}:)/i.test(written)) return false;
  return validator.isIP(written, 6);
}
