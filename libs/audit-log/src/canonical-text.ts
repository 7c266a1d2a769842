/**
 * RFC 8785 JSON text of a value: members sorted by UTF-16 code units, ECMAScript numbers, shortest escapes.
 * Throws a TypeError on what has no JSON form (undefined elements, functions, NaN, infinities, lone surrogates), so that
 * no two different values share a text. Members that are undefined are left out.
 */
export function canonicalText(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new TypeError('a string holds half of a surrogate pair');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number has no JSON form');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return arrayText(value);
  if (typeof value === 'object') return objectText(value as Record<string, unknown>);
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

function arrayText(values: readonly unknown[]): string {
  return `[${values.map(canonicalText).join(',')}]`;
}

// Built by hand: an object with sorted members, given to JSON.stringify, would put integer-like names first.
function objectText(value: Readonly<Record<string, unknown>>): string {
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) members.push(`${canonicalText(name)}:${canonicalText(member)}`);
  }
  return `{${members.join(',')}}`;
}
