/** One request as a responder received it. */
export interface BusRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  /** First value of a header, exact name, or undefined. */
  header(name: string): string | undefined;
}

/** Answers a batch of requests: one JSON value per request, in order, after everything they changed is committed. */
export type RequestHandler = (batch: readonly BusRequest[]) => Promise<readonly unknown[]>;

/** Requests that a responder did not even look at, because their reply subject was not made by the broker. */
export interface RefusedRequests {
  readonly subject: string;
  /** The reply subject of the last of them, at most 200 characters. */
  readonly reply: string;
  /** How many, since the last time such were told. */
  readonly count: number;
}

/** How a responder forms its batches. */
export interface RespondOptions {
  /** Most requests in one call of the handler; 256 when absent. */
  readonly maxBatch?: number;
  /** Hears of forged requests, at most once a second. */
  readonly onRefused?: (refused: RefusedRequests) => void;
}
