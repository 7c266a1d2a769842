/** One request as a responder received it. */
export interface BusRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  /** First value of a header, exact name, or undefined. */
  header(name: string): string | undefined;
}

/** Answers a batch of requests: one JSON value per request, in order, after everything they changed is committed. */
export type RequestHandler = (batch: readonly BusRequest[]) => Promise<readonly unknown[]>;

/** How a responder forms its batches. */
export interface RespondOptions {
  /** Most requests in one call of the handler; 256 when absent. */
  readonly maxBatch?: number;
}
