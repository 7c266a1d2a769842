import type { Msg, Subscription } from '@nats-io/transport-node';
import { BatchQueue, DEFAULT_MAX_BATCH } from '../batch-queue.js';
import type { BusRequest, RequestHandler, RespondOptions } from '../bus-request.js';
import type { Connection } from '../connection.js';
import { errorText } from '../error-text.js';
import type { Stoppable } from '../stoppable.js';

/** Requests that may wait; later ones are turned away at once, because nobody waits that long. */
const MAX_WAITING = 8_192;
/** A reply goes to a private inbox or to the broker's own address for another account's caller, nowhere else. */
const REPLY_PREFIXES: readonly string[] = ['_INBOX_', '_R_.'];
/** So many requests that fail alone, one after the other, say that the service is to blame. */
const FAILURES_IN_A_ROW = 3;
const UNAVAILABLE = JSON.stringify({ ok: false, code: 'unavailable' });

/** Answers the requests on one subject, shared with the other processes of the same user. */
export class BatchResponder implements Stoppable {
  private readonly queue: BatchQueue<Msg>;
  private readonly subscription: Subscription;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly subject: string,
    private readonly handler: RequestHandler,
    options: RespondOptions,
  ) {
    const maxBatch = options.maxBatch ?? DEFAULT_MAX_BATCH;
    this.queue = new BatchQueue({ maxBatch, lingerMs: 0 }, (batch) => this.work(batch));
    this.subscription = connection.nats.subscribe(subject, {
      queue: connection.user,
      callback: (error, message) => {
        if (error) this.log('error', 'requests are no longer received', { error: errorText(error) });
        else this.take(message);
      },
    });
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    if (!this.connection.nats.isClosed()) this.subscription.unsubscribe();
    await this.queue.stop();
    for (const message of this.queue.takeRest()) this.answer(message, UNAVAILABLE);
  }

  private take(message: Msg): void {
    const reply = message.reply ?? '';
    if (!REPLY_PREFIXES.some((prefix) => reply.startsWith(prefix)))
      this.log('warn', 'a request was refused: its reply subject is no inbox', { subject: message.subject });
    else if (this.queue.waiting.length >= MAX_WAITING) this.answer(message, UNAVAILABLE);
    else this.queue.push(message);
  }

  private async work(batch: readonly Msg[]): Promise<void> {
    const answers = await this.decide(batch);
    for (const [i, message] of batch.entries()) this.answer(message, answers[i]!);
  }

  private async decide(batch: readonly Msg[]): Promise<readonly string[]> {
    try {
      const answers = await this.handler(batch.map(requestOf));
      if (!Array.isArray(answers) || answers.length !== batch.length)
        throw new TypeError('the handler did not answer each request of its batch');
      return answers.map((answer: unknown) => JSON.stringify(answer) ?? 'null');
    } catch (error) {
      this.log('error', 'a batch of requests failed', { count: batch.length, error: errorText(error) });
      return batch.length === 1 ? [UNAVAILABLE] : this.decideOneByOne(batch);
    }
  }

  /** One request may have spoilt the batch: its neighbours are answered. Several failures in a row are no request's fault. */
  private async decideOneByOne(batch: readonly Msg[]): Promise<readonly string[]> {
    const answers: string[] = [];
    let failures = 0;
    for (const message of batch) {
      const [answer] = failures < FAILURES_IN_A_ROW ? await this.decide([message]) : [UNAVAILABLE];
      failures = answer === UNAVAILABLE ? failures + 1 : 0;
      answers.push(answer!);
    }
    return answers;
  }

  private answer(message: Msg, text: string): void {
    this.connection.send(message.reply!, text);
  }

  private log(level: 'warn' | 'error', text: string, fields: Readonly<Record<string, unknown>>): void {
    this.connection.log[level](text, { user: this.connection.user, responder: this.subject, ...fields });
  }
}

function requestOf(message: Msg): BusRequest {
  return {
    subject: message.subject,
    data: message.data,
    header: (name) => (message.headers?.has(name) ? message.headers.get(name) : undefined),
  };
}
