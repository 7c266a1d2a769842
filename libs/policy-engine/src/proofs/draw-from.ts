import fc, { type GeneratorValue } from 'fast-check';
import type { Draw } from './draw.js';

/** Choices that fast-check makes, and so can make smaller when a property fails. */
export function drawFrom(gen: GeneratorValue): Draw {
  return (n) => gen(fc.nat, { max: n - 1 });
}
