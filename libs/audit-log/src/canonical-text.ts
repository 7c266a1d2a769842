/**
 * RFC 8785 JSON text of a value: members sorted by UTF-16 code units, ECMAScript numbers, shortest escapes.
 * Throws a TypeError on what has no JSON form (undefined elements, functions, NaN, infinities, lone surrogates), so that
 * no two different values share a text. Members that are undefined are left out.
 *
 * A value whose members are in order already is written by `JSON.stringify`, with less than half of the garbage.
 */
export function canonicalText(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : build(value);
}

/** Whether `JSON.stringify` gives the canonical text: plain values alone, and members that come in their order. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'boolean' || value === null) return true;
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isInOrder) && !value.includes(undefined);
  return isPlain(value) && hasMembersInOrder(value as Readonly<Record<string, unknown>>);
}

function hasMembersInOrder(value: Readonly<Record<string, unknown>>): boolean {
  let last: string | undefined;
  for (const name in value) {
    if ((last !== undefined && name <= last) || !name.isWellFormed()) return false;
    last = name;
    const member = value[name];
    if (member !== undefined && !isInOrder(member)) return false;
  }
  return true;
}

/** Others may write themselves in their own way. */
function isPlain(value: object): boolean {
  return (
    Object.getPrototypeOf(value) === Object.prototype &&
    typeof (value as { toJSON?: unknown }).toJSON !== 'function'
  );
}

function build(value: unknown): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a string holds half of a surrogate pair');
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number has no JSON form');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${Array.from(value, build).join(',')}]`;
  if (typeof value === 'object') return buildObject(value as Record<string, unknown>);
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

// Built by hand: an object with sorted members, given to JSON.stringify, would put integer-like names first.
function buildObject(value: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${build(name)}:${build(member)}`;
  }
  return `{${text}}`;
}
