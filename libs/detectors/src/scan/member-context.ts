import { isCardNumber } from '../detect/credit-card.js';
import { contextRulesOf, firstValue } from '../detect/context-detector.js';
import { classifyKey, type KeyKind } from '../detect/key-name.js';
import { judgeValue, vendorRule } from '../detect/secret-value.js';
import type { Settings } from '../engine/settings.js';
import { replaceSpans, type Span } from '../engine/span.js';
import { viewOf } from '../engine/view.js';
import type { JsonValue } from '../json-value.js';
import type { ContextRule } from '../rule/context-rule.js';
import type { RuleId } from '../rule/scale.js';
import { findAllSpans } from './scan-text.js';

/** What the name of a member says about the value in it. */
export interface MemberContext {
  readonly name: string;
  /** The kind of secret that the name announces. */
  readonly kind: KeyKind | undefined;
  /** The numbers of people that the name announces. */
  readonly personal: readonly ContextRule[];
}

const maxRemembered = 4096;
const remembered = new Map<string, MemberContext | undefined>();

/**
 * Context of the members of an object. A member is announced by its own name; a `value` also by its sibling `name` or
 * `key` (the shape of environment lists), or by the name of the member that holds the object.
 *
 * @param redactedName the name as it will read in the output
 */
export function memberContext(
  name: string,
  redactedName: string,
  siblings: Readonly<Record<string, JsonValue>>,
  outer: MemberContext | undefined,
  settings: Settings,
): MemberContext | undefined {
  if (name.toLowerCase() !== 'value') return contextOfRedacted(name, redactedName);
  for (const label of ['name', 'key', 'Name', 'Key']) {
    const sibling = Object.hasOwn(siblings, label) ? siblings[label] : undefined;
    const context = typeof sibling === 'string' ? contextOfLabel(sibling, settings) : undefined;
    if (context !== undefined) return context;
  }
  return outer;
}

function contextOfLabel(label: string, settings: Settings): MemberContext | undefined {
  const redacted = replaceSpans(
    label,
    findAllSpans(label, { steps: 0 }, settings),
    settings.markers.markerFor,
  );
  return contextOfRedacted(label, redacted);
}

/** What the name will say in the output comes first, for then the output gives no new finding. */
function contextOfRedacted(name: string, redactedName: string): MemberContext | undefined {
  return contextOf(redactedName) ?? (name === redactedName ? undefined : contextOf(name));
}

const longestRemembered = 128;

function contextOf(name: string): MemberContext | undefined {
  if (name.length > longestRemembered) return judgeName(name);
  if (remembered.has(name)) return remembered.get(name);
  const context = judgeName(name);
  if (remembered.size === maxRemembered) remembered.clear();
  remembered.set(name, context);
  return context;
}

function judgeName(name: string): MemberContext | undefined {
  const kind = classifyKey(name);
  const personal = contextRulesOf(name.slice(-longestRemembered));
  return kind === undefined && personal.length === 0 ? undefined : { name, kind, personal };
}

/** What a string holds by its context: all of it when it is a secret, or the number of a person in it. */
export function spansByContext(text: string, context: MemberContext | undefined, settings: Settings): Span[] {
  if (context === undefined) return [];
  const bare = settings.markers.without(text);
  const rule = context.kind === undefined ? undefined : judgeSecret(bare, context.name, context.kind);
  if (rule !== undefined) return [{ rule, start: 0, end: text.length }];
  const view = viewOf(text, { steps: 0 }, settings);
  for (const personal of context.personal) {
    if (!(settings.regions?.has(personal.region) ?? true)) continue;
    const place = firstValue(view, personal, 0, Math.min(text.length, personal.within));
    if (place !== undefined) return [{ rule: personal.id, ...place }];
  }
  return [];
}

function judgeSecret(value: string, name: string, kind: KeyKind): RuleId | undefined {
  const rule = judgeValue(value, kind, { quoted: true, loose: false });
  return vendorRule(name, value) ?? rule;
}

/** The rule that a JSON number breaks: it is a card number, a number of a person, or a password of digits only. */
export function judgeNumber(
  value: number,
  context: MemberContext | undefined,
  settings: Settings,
): RuleId | undefined {
  if (!Number.isInteger(value) || value < 0) return undefined;
  const digits = String(value);
  if (isCardNumber(digits)) return 'pii.CREDIT_CARD';
  if (context === undefined) return undefined;
  if (context.kind === 'password') return judgeValue(digits, context.kind, { quoted: true, loose: false });
  const [span] = spansByContext(digits, { ...context, kind: undefined }, settings);
  return span !== undefined && span.end - span.start === digits.length ? span.rule : undefined;
}
