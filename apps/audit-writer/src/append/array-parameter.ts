/** Object ids of PostgreSQL's element types; they are the same in every installation. */
const TEXT = 25;
const BYTEA = 17;
/** Before the elements: dimensions, whether there are nulls, the element's type, the count, the first index. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/**
 * A `text[]` parameter in PostgreSQL's binary format, as which the driver sends every Buffer. Nothing is escaped here
 * and nothing parsed there: rows in arrays cost the server half of what they cost as JSON.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = HEADER_BYTES;
  for (const value of values) size += LENGTH_BYTES + (value === null ? 0 : Buffer.byteLength(value));
  const array = beginArray(size, TEXT, values.length);
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : array.write(value, at + LENGTH_BYTES);
    array.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(length, 0);
  }
  return array;
}

/** The same for `bytea[]`, of elements that are given in hex and have one length in bytes. */
export function hexArray(values: readonly string[], bytes: number): Buffer {
  const array = beginArray(HEADER_BYTES + values.length * (LENGTH_BYTES + bytes), BYTEA, values.length);
  let at = HEADER_BYTES;
  for (const value of values) {
    const written = value.length === 2 * bytes ? array.write(value, at + LENGTH_BYTES, 'hex') : 0;
    if (written !== bytes) throw new RangeError('a value is not hex, or of another length');
    array.writeInt32BE(bytes, at);
    at += LENGTH_BYTES + bytes;
  }
  return array;
}

function beginArray(size: number, elementType: number, count: number): Buffer {
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(1, 0);
  // Only a hint: the elements say themselves which of them are null.
  array.writeInt32BE(1, 4);
  array.writeInt32BE(elementType, 8);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return array;
}
