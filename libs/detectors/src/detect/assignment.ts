import { CharClass, isAt, runEnd, runStart } from '../characters.js';
import type { Detector } from '../engine/detector.js';
import type { View } from '../engine/view.js';
import type { RuleId } from '../rule/scale.js';
import { vendorOf } from '../rules/vendor-names.js';
import { matchEnd, readJoin } from './join.js';
import { classifyKey, longestKeyName, type KeyKind } from './key-name.js';
import { readQuoted, readUnquoted, type ReadValue } from './read-value.js';
import { judgeValue, vendorRule, type ValueForm } from './secret-value.js';

/** Words whose presence makes the name around them worth judging. */
export const assignmentKeywords = [
  'pass',
  'pw',
  'psk',
  '_pat',
  'secret',
  'token',
  'key',
  'auth',
  'credential',
] as const;

/** Names remembered per text; enough for the field names of any log. */
const maxKnownNames = 1000;
const scheme =
  /(?:(?:Bearer|Basic|Token|ApiKey|Digest|GenieKey|SSWS|Splunk|OAuth|DeepL-Auth-Key|Klaviyo-API-Key)[ \t]{1,4}(?:(?:token|key)=\\{0,3}["']?)?|base64:)[ \t]{0,4}(?=[^\s"'`])/iy;

/** A value after a name that announces a secret: `KEY=value`, `"apiKey": "…"`, `password: …`, `--token …`. */
export const detectAssignment: Detector = (view, start, end, report) => {
  if (start < view.namesUntil || start < view.valueTakenUntil) return;
  const nameStart = runStart(view, start, CharClass.Name, longestKeyName);
  let nameEnd = runEnd(view, end, CharClass.Name, longestKeyName);
  view.namesUntil = nameEnd;
  while (nameEnd > end && isAt(view.text, nameEnd - 1, CharClass.Hyphen | CharClass.Dot)) nameEnd--;
  const name = view.text.slice(nameStart, nameEnd);
  const kind = kindOf(view, name);
  if (kind === undefined) return;
  const joined = readJoin(view, name, kind, nameStart, nameEnd);
  if (joined === undefined) return;
  const value = readValueAt(view, joined.end, joined.loose, isShellName(name, view.text, nameEnd));
  if (value === undefined) return;
  const form: ValueForm = { quoted: value.quoted, loose: joined.loose };
  const written = view.settings.markers.without(
    view.text.slice(value.start, Math.min(value.end, value.start + longestJudged)),
  );
  const rule = judgeValue(written, kind, form) ?? vendorRule(name, written);
  if (rule === undefined || isInResourceName(view, nameStart)) return;
  view.valueTakenUntil = value.end;
  const before = view.text.slice(Math.max(0, nameStart - kubernetesReach), nameStart);
  const refined = refine(rule, name, written, view.text.slice(joined.end, value.start), before);
  report({ rule: refined, start: value.start, end: value.end });
};

/** Characters of a value that are judged, markers included. */
const longestJudged = 2048;

/** The most telling rule for a value that is known to be a secret. */
function refine(rule: RuleId, name: string, value: string, lead: string, before: string): RuleId {
  if (rule === 'secret.aws-secret-access-key') return rule;
  if (/base64:$/.test(lead) || (/^secret_?key(?:_base)?$/i.test(name) && /[^\w+/=-]/.test(value)))
    return 'secret.framework-secret-key';
  if (/session/i.test(name)) return 'secret.session-cookie';
  if (/auth$/i.test(name) && isCredentialPair(value)) return 'secret.docker-config-auth';
  if (/^kind:\s{0,4}["']?Secret\b/m.test(before)) return 'secret.kubernetes-secret-yaml';
  return vendorOf(name, value) ?? rule;
}

/** A secret's kind is told in the lines above its data. */
const kubernetesReach = 400;

/** Base 64 of `user:password`. */
function isCredentialPair(value: string): boolean {
  if (!/^[\w+/-]{8,512}={0,2}$/.test(value)) return false;
  return /^[\x20-\x39\x3b-\x7e]{1,128}:[\x20-\x7e]{1,256}$/.test(
    Buffer.from(value, 'base64').toString('latin1'),
  );
}

function kindOf(view: View, name: string): KeyKind | undefined {
  const known = (view.keyKinds ??= new Map<string, KeyKind | undefined>());
  if (known.has(name)) return known.get(name);
  const kind = classifyKey(name);
  if (known.size < maxKnownNames) known.set(name, kind);
  return kind;
}

function readValueAt(view: View, from: number, loose: boolean, toLineEnd: boolean): ReadValue | undefined {
  const quoted = readQuoted(view, from);
  const start = quoted?.start ?? from;
  const afterScheme = matchEnd(view, scheme, start);
  if (quoted !== undefined) return afterScheme === undefined ? quoted : { ...quoted, start: afterScheme };
  return readUnquoted(view, afterScheme ?? start, toLineEnd && !loose);
}

/** `NAME=` with no blank, in capitals: a shell or `.env` line, whose value runs to the next blank. */
function isShellName(name: string, text: string, nameEnd: number): boolean {
  return text[nameEnd] === '=' && /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** An Amazon resource name has fields called `secret` and `token` that hold names, not values. */
function isInResourceName(view: View, nameStart: number): boolean {
  if (view.text[nameStart - 1] !== ':') return false;
  const before = view.text.slice(Math.max(0, nameStart - 96), nameStart);
  return /(?:^|[^A-Za-z0-9])arn:[A-Za-z0-9:_-]*$/.test(before);
}
