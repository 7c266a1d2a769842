import { celText, celTexts } from '../write/cel.js';
import type { NativeEntry } from '../write/native-policy.js';
import { isPhrase } from './blocked-patterns.js';
import type { ReadPrefix, WorkOrderPolicy } from './read-work-order-policy.js';
import { DEFAULT_BACKOFF_SEC, DEFAULT_RETRIES, type ViolationKind } from './step-violations.js';

const COMMAND = 'job.params.start_shell';

/** Most characters of texts in one condition, and what each takes besides; a condition may have 4096. */
const CHUNK_LENGTH = 1200;
const CHUNK_OVERHEAD = 48;
/** Most conditions of one rule. */
const MAX_CONDITIONS = 30;

/** The native rules of a work-order policy: a job is one step, its params are the step's fields. */
export function orderRules(
  policy: WorkOrderPolicy,
  topics: readonly string[],
  prefix: string,
): readonly NativeEntry[] {
  const match = { topics: [...topics] };
  const deny = (
    kind: ViolationKind | 'state',
    comment: string,
    when: string | readonly string[],
    reason: string,
    at = '',
  ) => ({
    comment,
    value: { id: `${prefix}.${kind}${at}`, match, when: oneOrMore(when), decision: 'deny', reason },
  });
  const rules: NativeEntry[] = [];
  for (const [at, { value: name }] of policy.stepFields.entries()) {
    const field = `job.params.${name}`;
    const when = `!has(${field}) || ${field} == null || ${field} == ""`;
    rules.push(deny('field', 'required_step_fields', when, `The step has no ${name}`, `-${at + 1}`));
  }
  rules.push(
    deny(
      'command',
      'allowed_shell_prefixes: one simple command and nothing behind it',
      notAllowed(policy.prefixes),
      'The command has no allowed prefix',
    ),
  );
  const patterns = policy.blocked.map(({ value }) => value);
  for (const [at, group] of chunks(patterns).entries()) {
    rules.push(
      deny(
        'blocked',
        'blocked_shell_patterns: as they stand, and however quoted and spaced',
        isBlocked(group),
        'The command has a blocked pattern',
        `-${at + 1}`,
      ),
    );
  }
  const { retriesCap, minBackoff, maxBackoff } = policy;
  rules.push(
    deny(
      'retries',
      `max_retries_hard_cap${retriesCap === undefined ? ' (none)' : ''}; a step that does not say counts ${DEFAULT_RETRIES}`,
      outside('max_retries', DEFAULT_RETRIES, 0, retriesCap),
      'max_retries is outside its limits',
    ),
    deny(
      'backoff',
      `min_backoff_sec, max_backoff_sec; a step that does not say counts ${DEFAULT_BACKOFF_SEC}`,
      outside('backoff_sec', DEFAULT_BACKOFF_SEC, minBackoff ?? 0, maxBackoff),
      'backoff_sec is outside its limits',
    ),
  );
  for (const [at, { value }] of policy.successMarkers.entries()) {
    const when = lacks('success_markers', value);
    rules.push(
      deny('marker', `required_success_markers: ${value}`, when, 'A success marker is missing', `-${at + 1}`),
    );
  }
  for (const [at, { value }] of policy.statePaths.entries()) {
    const when = lacks('state_paths', value);
    rules.push(
      deny('state', `required_state_paths: ${value}`, when, 'A state path is missing', `-${at + 1}`),
    );
  }
  rules.push(grant(policy, match, prefix));
  return rules;
}

/**
 * Holds if no prefix allows the command: one condition for each, all of which must hold. Without a command, or with
 * one that is no text, they have no answer, and that denies too.
 */
function notAllowed(prefixes: readonly ReadPrefix[]): readonly string[] {
  const whole = prefixes.filter(({ pattern }) => pattern === undefined).map(({ text }) => text);
  const checks = chunks(whole).map((chunk) => `!shell.allowed(${COMMAND}, ${celTexts(chunk)})`);
  for (const { words, pattern } of prefixes) {
    if (pattern === undefined) continue;
    const begins = words ? `!shell.allowed(${COMMAND}, ${celTexts([words.join(' ')])}) || ` : '';
    checks.push(`${begins}!text.matches(${COMMAND}, ${celText(pattern)}) || ${COMMAND}.contains("..")`);
  }
  if (checks.length === 0) return ['true'];
  if (checks.length <= MAX_CONDITIONS) return checks;
  return chunks(checks.map((check) => `(${check})`)).map((group) => group.join(' && '));
}

function isBlocked(patterns: readonly string[]): string {
  const phrases = patterns.filter(isPhrase).map((pattern) => pattern.trim());
  const checks = patterns.map((pattern) => `${COMMAND}.contains(${celText(pattern)})`);
  if (phrases.length > 0) checks.push(`shell.blocked(${COMMAND}, ${celTexts(phrases)})`);
  return checks.join(' || ');
}

/** Texts in groups that fit into one condition each. */
function chunks(texts: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  let length = Infinity;
  for (const text of texts) {
    if (length + text.length > CHUNK_LENGTH) {
      groups.push([]);
      length = 0;
    }
    groups.at(-1)?.push(text);
    length += text.length + CHUNK_OVERHEAD;
  }
  return groups;
}

/** Holds if a number is outside; what is no number has no answer. What an absent one counts is known here already. */
function outside(name: string, absent: number, min: number, max: number | undefined): string {
  const field = `job.params.${name}`;
  const wrong = `${field} < ${min}${max === undefined ? '' : ` || ${field} > ${max}`}`;
  if (absent < min || absent > (max ?? Infinity)) return `!has(${field}) || ${wrong}`;
  return `has(${field}) && ${max === undefined ? wrong : `(${wrong})`}`;
}

function lacks(name: string, value: string): string {
  const field = `job.params.${name}`;
  return `type(${field}) != list || !(${celText(value)} in ${field})`;
}

function grant(policy: WorkOrderPolicy, match: object, prefix: string): NativeEntry {
  const { retriesCap, minBackoff, maxBackoff } = policy;
  const backoff = maxBackoff === undefined ? undefined : { min: minBackoff ?? 0, max: maxBackoff };
  const constraints = {
    ...(retriesCap !== undefined && { max_retries: retriesCap }),
    ...(backoff && { backoff_sec: backoff }),
  };
  const limited = Object.keys(constraints).length > 0;
  return {
    comment: 'A step that nothing above denies runs, within the caps of the policy.',
    value: {
      id: `${prefix}.step`,
      match,
      decision: limited ? 'allow_with_constraints' : 'allow',
      ...(limited && { constraints }),
      reason: 'The step keeps to the policy',
    },
  };
}

/** A list of one condition is written as the condition. */
function oneOrMore(when: string | readonly string[]): string | readonly string[] {
  const [first, ...more] = typeof when === 'string' ? [when] : when;
  return first !== undefined && more.length === 0 ? first : when;
}
