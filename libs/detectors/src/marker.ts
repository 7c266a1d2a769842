import { Rule } from './rule.js';

const opening = '[REDACTED:';
const rules: ReadonlySet<string> = new Set(Object.values(Rule));
const longestMarker = opening.length + Math.max(...Object.values(Rule).map((rule) => rule.length)) + 1;
const anyMarker = new RegExp(`\\[REDACTED:(?:${Object.values(Rule).join('|')})\\]`, 'g');

/** The text that replaces a finding of `rule`. */
export function markerFor(rule: Rule): string {
  return `${opening}${rule}]`;
}

/**
 * Start and end of every redaction marker of a known rule. Anything else that merely looks like a marker is ordinary
 * text, so writing one around a secret does not hide the secret.
 */
export function findMarkers(text: string): Map<number, number> {
  const markers = new Map<number, number>();
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + opening.length)) {
    const close = text.slice(at, at + longestMarker).indexOf(']');
    if (close !== -1 && rules.has(text.slice(at + opening.length, at + close)))
      markers.set(at, at + close + 1);
  }
  return markers;
}

/** The text without its markers: what is left to judge of a value that was redacted in part. */
export function withoutMarkers(text: string): string {
  return text.includes(opening) ? text.replace(anyMarker, '') : text;
}
