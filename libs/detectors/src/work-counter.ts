/**
 * Counts characters looked at by the scan. Tests read it to show that work grows in proportion to the input, which
 * a clock cannot show reliably.
 */
export interface WorkCounter {
  steps: number;
}
