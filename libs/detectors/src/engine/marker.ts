import { allRules } from '../rules/catalogue.js';
import type { RuleId } from '../rule/scale.js';

/** What every marker begins with. */
export const MARKER_OPENING = '[REDACTED:';

/**
 * How redactions are marked in one job. With an id of its own, which nobody can guess, a job trusts its own markers
 * only: any other text that looks like one is a finding.
 */
export interface Markers {
  markerFor(this: void, rule: RuleId): string;
  /**
   * Start and end of every marker in a text. Anything else that merely looks like a marker is ordinary text, so
   * writing one around a secret does not hide the secret.
   */
  find(this: void, text: string): ReadonlyMap<number, number>;
  /** The text without its markers: what is left to judge of a value that was redacted in part. */
  without(this: void, text: string): string;
  /** Present when markers carry an id. */
  readonly id?: string;
}

const noMarkers: ReadonlyMap<number, number> = new Map();

/** Ids are letters and digits, so that one can never close a marker or open another. @throws RangeError otherwise. */
export function markersWith(id: string | undefined, tenantRules: readonly RuleId[] = []): Markers {
  if (id !== undefined && !/^[A-Za-z0-9]{8,64}$/.test(id))
    throw new RangeError('markerId must be 8 to 64 letters and digits');
  const known = new Set([...allRules.map((rule) => rule.id), ...tenantRules]);
  const closing = id === undefined ? ']' : `#${id}]`;
  const longest = MARKER_OPENING.length + Math.max(...[...known].map((rule) => rule.length)) + closing.length;

  const find = (text: string): ReadonlyMap<number, number> => {
    let at = text.indexOf(MARKER_OPENING);
    if (at === -1) return noMarkers;
    const markers = new Map<number, number>();
    for (; at !== -1; at = text.indexOf(MARKER_OPENING, at + MARKER_OPENING.length)) {
      const close = text.slice(at, at + longest).indexOf(closing);
      if (close !== -1 && known.has(text.slice(at + MARKER_OPENING.length, at + close) as RuleId))
        markers.set(at, at + close + closing.length);
    }
    return markers;
  };

  return {
    ...(id === undefined ? {} : { id }),
    markerFor: (rule) => `${MARKER_OPENING}${rule}${closing}`,
    find,
    without: (text) => {
      let out = '';
      let from = 0;
      for (const [start, end] of find(text)) {
        out += text.slice(from, start);
        from = end;
      }
      return out + text.slice(from);
    },
  };
}

/** Markers without an id: what is used when nobody could gain by forging one. */
export const plainMarkers: Markers = markersWith(undefined);
