import { ImportProblemCode } from '../import-result.js';
import type { SourceNode } from '../source/source-node.js';

const RATE = /^([1-9]\d{0,8})\s*\/\s*(second|minute|hour|day)$/;

/** Reads `5000/hour`, as the language writes it; undefined, with a problem, for what is no rate (`abc/hour`, `0/day`). */
export function readRate(node: SourceNode, what: string): string | undefined {
  const text = node.text(what);
  if (text === undefined) return undefined;
  const [, limit, unit] = RATE.exec(text) ?? [];
  if (limit !== undefined && unit !== undefined) return `${limit}/${unit}`;
  return node.fault(
    ImportProblemCode.BadValue,
    `${JSON.stringify(text)} is no rate such as 5000/hour (second, minute, hour, day)`,
  );
}
