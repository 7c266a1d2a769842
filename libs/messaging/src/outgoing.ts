/** One message to publish, as a CloudEvent in binary mode. */
export interface Outgoing {
  readonly subject: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** JSON text. */
  readonly body: string;
  /** RFC 3339. */
  readonly time: string;
  readonly jobId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which sending of this event it is; 0 when absent. A wanted re-send needs a new number, or the broker drops it. */
  readonly sendNumber?: number;
}

/** What became of one published message: `failed` covers "not known", so the message may still have been stored. */
export type PublishOutcome = 'stored' | 'duplicate' | 'failed';
