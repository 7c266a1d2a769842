/** Something that runs until it is stopped. */
export interface Stoppable {
  /** Takes nothing new, finishes what is in hand, gives the rest back, then resolves. Calling it again is harmless. */
  stop(): Promise<void>;
}
