/**
 * A named point before or after a durable step; `detail` says of which message, where one place serves many. Does
 * nothing: crash tests put another module in this one's place.
 */
export function fault(_point: string, _detail?: string): void {
  // A release build has no faults.
}
