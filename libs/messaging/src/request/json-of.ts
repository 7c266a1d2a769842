/** Parses bytes as JSON. Throws SyntaxError. For answers of the broker and of services, never for a producer's body. */
export function jsonOf(data: Uint8Array): unknown {
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8'));
}
