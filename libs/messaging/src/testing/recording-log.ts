import type { BusLog } from '../bus-log.js';

/** A log that keeps its lines, each with its fields as JSON. */
export function recordingLog(): BusLog & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (text: string, fields: unknown = {}) => void lines.push(`${text} ${JSON.stringify(fields)}`);
  return { lines, info: keep, warn: keep, error: keep };
}
