import { fault } from '@countersign/kernel';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { BatchQueue, DEFAULT_MAX_BATCH } from '../batch-queue.js';
import type { BusRequest, RequestHandler, RespondOptions } from '../bus-request.js';
import type { Connection } from '../connection.js';
import { errorText } from '../error-text.js';
import type { Stoppable } from '../stoppable.js';

/** Requests that may wait; later ones are turned away at once, because nobody waits that long. */
const MAX_WAITING = 8_192;
/**
 * How the broker itself addresses who asks from another account, as everybody does who may ask. What else a request could
 * name as reply would be written to with the responder's rights.
 */
const REPLY_PREFIX = '_R_.';
/** Forged requests are told at most so often, in milliseconds: who sends them must not fill the audit log. */
const TELL_REFUSED_MS = 1_000;
const MAX_REPLY_TEXT = 200;
/** So many requests that fail alone, one after the other, say that the service is to blame. */
const FAILURES_IN_A_ROW = 3;
const UNAVAILABLE = JSON.stringify({ ok: false, code: 'unavailable' });

/** Answers the requests on one subject, shared with the other processes of the same user. */
export class BatchResponder implements Stoppable {
  private readonly queue: BatchQueue<Msg>;
  private readonly subscription: Subscription;
  private stopping: Promise<void> | undefined;
  private untold = 0;
  private toldAtMs = -Infinity;

  constructor(
    private readonly connection: Connection,
    private readonly subject: string,
    private readonly handler: RequestHandler,
    private readonly options: RespondOptions,
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
    if (!reply.startsWith(REPLY_PREFIX)) this.refuse(message.subject, reply);
    else if (this.queue.waiting.length >= MAX_WAITING) this.answer(message, UNAVAILABLE);
    else this.queue.push(message);
  }

  private refuse(subject: string, reply: string): void {
    this.untold += 1;
    const now = performance.now();
    if (now - this.toldAtMs < TELL_REFUSED_MS) return;
    this.toldAtMs = now;
    const refused = { subject, reply: reply.slice(0, MAX_REPLY_TEXT), count: this.untold };
    this.untold = 0;
    this.log('warn', 'a request was refused: its reply subject is not the broker’s own', refused);
    this.options.onRefused?.(refused);
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
    fault('bus.before-answer', this.subject);
    this.connection.send(message.reply!, text);
    fault('bus.after-answer', this.subject);
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
