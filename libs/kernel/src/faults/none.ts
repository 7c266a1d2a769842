/** A named point between two durable steps. Does nothing: crash tests put another module in this one's place. */
export function fault(_point: string): void {
  // A release build has no faults.
}
