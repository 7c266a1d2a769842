import type { JsonValue } from '@countersign/kernel';

/** A step of an order; without an id of its own it is called `?`. */
export interface OrderStep {
  readonly id: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

/** An order as far as it could be read, and what was wrong with its shape. */
export interface ReadOrder {
  readonly id: string;
  readonly steps: readonly OrderStep[];
  readonly statePaths: readonly string[];
  readonly errors: string[];
}

const isObject = (value: JsonValue | undefined): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an order: its id (`work_order_id`, or `id`), its steps and the state paths that it lists. */
export function readOrder(order: JsonValue): ReadOrder {
  if (!isObject(order)) {
    return { id: '', steps: [], statePaths: [], errors: ['order: it must be an object'] };
  }
  const errors: string[] = [];
  const id = Object.hasOwn(order, 'work_order_id') ? order['work_order_id'] : order['id'];
  if (typeof id !== 'string' || id.trim() === '') errors.push('order: work_order_id is missing');
  const listed = Object.hasOwn(order, 'steps') ? order['steps'] : undefined;
  if (!Array.isArray(listed) || listed.length === 0)
    errors.push('order: steps must be a list with at least one step');
  const steps: OrderStep[] = [];
  for (const step of Array.isArray(listed) ? listed : []) {
    if (!isObject(step)) errors.push('step ?: a step must be an object');
    else steps.push({ id: stepId(step), fields: step });
  }
  const ids = steps.map((step) => step.id);
  for (const twice of new Set(ids.filter((one, at) => one !== '?' && ids.indexOf(one) < at))) {
    errors.push(`step ${twice}: the id is used by more than one step`);
  }
  return {
    id: typeof id === 'string' ? id : '',
    steps,
    statePaths: statePathsOf(order['state_paths']),
    errors,
  };
}

/** One line without control characters, so that a report can't be forged with an id. */
function stepId(step: Readonly<Record<string, JsonValue>>): string {
  const id = Object.hasOwn(step, 'id') ? step['id'] : undefined;
  if (typeof id !== 'string' || id.trim() === '') return '?';
  return id.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?').slice(0, 128);
}

/** State paths as a list, or as a mapping from names to paths. */
function statePathsOf(value: JsonValue | undefined): readonly string[] {
  const values = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return values.filter((path) => typeof path === 'string');
}
