import type { JsonValue } from '@countersign/kernel';
import { blockedPattern, commandAllowed } from './check-command.js';
import type { WorkOrderPolicy } from './read-work-order-policy.js';

/** Retries of a step that does not say. */
export const DEFAULT_RETRIES = 1;
/** Seconds between the attempts of a step that does not say. */
export const DEFAULT_BACKOFF_SEC = 60;

/** What kind of violation it is; the native rules of an import end with the same words. */
export type ViolationKind = 'field' | 'command' | 'blocked' | 'retries' | 'backoff' | 'marker';

/** One violation of a step. */
export interface StepViolation {
  readonly kind: ViolationKind;
  readonly text: string;
}

type Fields = Readonly<Record<string, JsonValue>>;

/** Everything that is wrong with one step. */
export function stepViolations(policy: WorkOrderPolicy, fields: Fields): readonly StepViolation[] {
  const own = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const violations: StepViolation[] = [];
  const add = (kind: ViolationKind, text: string) => violations.push({ kind, text });
  for (const { value: name } of policy.stepFields) {
    const value = own(name);
    if (value === undefined || value === null || value === '') add('field', `the field ${name} is missing`);
  }
  const command = own('start_shell');
  if (typeof command !== 'string') add('command', 'start_shell is missing or no text');
  else {
    if (!commandAllowed(command, policy.prefixes)) {
      add('command', 'start_shell is not one simple command with an allowed prefix');
    }
    const blocked = blockedPattern(
      command,
      policy.blocked.map(({ value }) => value),
    );
    if (blocked !== undefined)
      add('blocked', `start_shell has the blocked pattern ${JSON.stringify(blocked)}`);
  }
  const retries = own('max_retries') ?? DEFAULT_RETRIES;
  const cap = policy.retriesCap ?? Infinity;
  if (outside(own('max_retries'), retries, 0, cap)) {
    add('retries', `max_retries ${told(retries)} is not ${range(0, cap)}`);
  }
  const backoff = own('backoff_sec') ?? DEFAULT_BACKOFF_SEC;
  const [min, max] = [policy.minBackoff ?? 0, policy.maxBackoff ?? Infinity];
  if (outside(own('backoff_sec'), backoff, min, max)) {
    add('backoff', `backoff_sec ${told(backoff)} is not ${range(min, max)}`);
  }
  const markers = own('success_markers');
  for (const { value } of policy.successMarkers) {
    if (!Array.isArray(markers) || !markers.includes(value)) {
      add('marker', `success_markers lacks ${JSON.stringify(value)}`);
    }
  }
  return violations;
}

function outside(given: JsonValue | undefined, value: JsonValue, min: number, max: number): boolean {
  return given === null || typeof value !== 'number' || value < min || value > max;
}

const range = (min: number, max: number) =>
  max === Infinity ? `a number of ${min} or more` : `from ${min} to ${max}`;

const told = (value: JsonValue) => JSON.stringify(value).slice(0, 40);
