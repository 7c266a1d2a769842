import { isCardNumber } from '../detect/credit-card.js';
import { classifyKey, KeyKind } from '../detect/key-name.js';
import { judgeValue } from '../detect/secret-value.js';
import type { JsonValue } from '../json-value.js';
import { Rule } from '../rule.js';
import { replaceSpans, type Span } from '../span.js';
import { findAllSpans } from './scan-text.js';

/** What the name of a member says about the value in it, see `KeyKind`. */
export type MemberContext = KeyKind | undefined;

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
  outer: MemberContext,
): MemberContext {
  if (name.toLowerCase() !== 'value') return classifyRedacted(name, redactedName);
  for (const label of ['name', 'key', 'Name', 'Key']) {
    const sibling = Object.hasOwn(siblings, label) ? siblings[label] : undefined;
    const kind = typeof sibling === 'string' ? classifyLabel(sibling) : undefined;
    if (kind !== undefined) return kind;
  }
  return outer;
}

function classifyLabel(label: string): MemberContext {
  return classifyRedacted(label, replaceSpans(label, findAllSpans(label, { steps: 0 })));
}

/** What the name will say in the output comes first, for then the output gives no new finding. */
function classifyRedacted(name: string, redactedName: string): MemberContext {
  return classifyKey(redactedName) ?? (name === redactedName ? undefined : classifyKey(name));
}

/** The whole string as a span when its context makes a secret of it. */
export function spansByContext(text: string, context: MemberContext): Span[] {
  if (context === undefined) return [];
  const rule = judgeValue(text, context, { quoted: true, loose: false });
  return rule === undefined ? [] : [{ rule, start: 0, end: text.length }];
}

/** The rule that a JSON number breaks: it is a card number, or a password of digits only. */
export function judgeNumber(value: number, context: MemberContext): Rule | undefined {
  if (!Number.isInteger(value) || value < 0) return undefined;
  const digits = String(value);
  if (isCardNumber(digits)) return Rule.CreditCard;
  return context === KeyKind.Password
    ? judgeValue(digits, context, { quoted: true, loose: false })
    : undefined;
}
