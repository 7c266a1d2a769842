import { nuid, type Msg, type Subscription } from '@nats-io/transport-node';
import type { Connection } from '../connection.js';
import { errorText } from '../error-text.js';
import { readConsumer } from './read-consumer.js';

/** How long one pull waits at the broker, in milliseconds. Short, so that one left behind soon stops taking messages. */
const PULL_EXPIRES_MS = 5_000;
/** What a pull may be late with its end before the next one is made without it, in milliseconds. */
const PULL_GRACE_MS = 500;
/** Pulls in a row without any answer before the broker is taken to have forgotten the consumer. */
const MAX_SILENCES = 2;
/** Pause before the next pull after a refused one, in milliseconds. */
const RETRY_MS = 1_000;
/** A pull that brings nothing for so long has nothing on its way, in milliseconds. */
const QUIET_MS = 50;
const NANOS_PER_MS = 1_000_000;
/** Ends of a pull that are no fault: nothing there, or expired. */
const QUIET_CODES: readonly number[] = [404, 408];
const HEARTBEAT_CODE = 100;

/**
 * Keeps one pull open at the broker for as many messages as there is room for. One at a time: the number of messages
 * that can still arrive is then always known, and so is the bound of what is held.
 */
export class PullLoop {
  private readonly inbox: string;
  private readonly subscription: Subscription;
  private readonly forgetReturned: () => void;
  private expected = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private waitingToRetry = false;
  private lastTrouble: string | undefined;
  private silences = 0;
  private fallenQuiet: (() => void) | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly consumer: { readonly stream: string; readonly durable: string },
    private readonly room: () => number,
    private readonly take: (message: Msg) => void,
  ) {
    this.inbox = `${connection.inboxPrefix}.c.${nuid.next()}`;
    this.subscription = connection.nats.subscribe(this.inbox, {
      callback: (error, message) => {
        if (error) this.log('the inbox of a consumer is closed', errorText(error));
        else if (message.subject === this.inbox) this.ended(message);
        else this.arrived(message);
      },
    });
    this.forgetReturned = connection.onReturned(() => this.restart());
  }

  /** Looks whether the consumer exists, then pulls. A pull alone would wait in silence at a consumer that is missing. */
  start(): void {
    this.waitingToRetry = true;
    readConsumer(this.connection, this.consumer).then(
      (found) => {
        if (found) this.restart();
        else this.fail('the consumer does not exist; provision the broker');
      },
      (error: unknown) => this.fail(errorText(error)),
    );
  }

  /** Asks for messages when none are on their way and there is room. */
  pull(): void {
    const batch = this.room();
    if (this.stopped || this.waitingToRetry || this.expected > 0 || batch <= 0) return;
    if (!this.connection.isConnected) return;
    this.expected = batch;
    const { stream, durable } = this.consumer;
    const request = JSON.stringify({ batch, expires: PULL_EXPIRES_MS * NANOS_PER_MS });
    try {
      this.connection.nats.publish(
        `${this.connection.apiPrefix}.CONSUMER.MSG.NEXT.${stream}.${durable}`,
        request,
        {
          reply: this.inbox,
        },
      );
      this.arm(PULL_EXPIRES_MS + PULL_GRACE_MS, () => this.silent());
    } catch (error) {
      this.fail(errorText(error));
    }
  }

  /**
   * Asks for nothing more and takes what the broker is sending already: cut off, that would only come back after the
   * consumer's `ack_wait`.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    this.forgetReturned();
    if (this.connection.nats.isClosed()) return;
    if (this.connection.isConnected && this.expected > 0)
      await new Promise<void>((resolve) => {
        this.fallenQuiet = resolve;
        this.arm(QUIET_MS, resolve);
      });
    clearTimeout(this.timer);
    if (this.connection.isConnected) await this.subscription.drain();
    else this.subscription.unsubscribe();
  }

  private arrived(message: Msg): void {
    if (this.expected > 0) this.expected--;
    this.answered();
    this.take(message);
    if (this.stopped) {
      this.timer?.refresh();
      if (this.expected === 0) this.fallenQuiet?.();
    } else if (this.expected === 0) {
      clearTimeout(this.timer);
      this.pull();
    }
  }

  private ended(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === HEARTBEAT_CODE) return;
    if (this.stopped) this.fallenQuiet?.();
    else if (QUIET_CODES.includes(code)) {
      this.lastTrouble = undefined;
      this.restart();
    } else this.fail(`${code} ${message.headers?.description ?? ''}`.trim());
  }

  private answered(): void {
    this.lastTrouble = undefined;
    this.silences = 0;
  }

  /** A pull that expires in the moment in which a message arrives may be dropped by the broker without a word. */
  private silent(): void {
    if (++this.silences < MAX_SILENCES) this.restart();
    else this.fail('the broker does not answer');
  }

  private restart(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.waitingToRetry = false;
    this.expected = 0;
    this.pull();
  }

  private fail(reason: string): void {
    if (this.stopped) return;
    this.expected = 0;
    this.waitingToRetry = true;
    this.arm(RETRY_MS, () => this.start());
    if (this.connection.isConnected && reason !== this.lastTrouble)
      this.log('a consumer gets no messages and keeps trying', reason);
    this.lastTrouble = reason;
  }

  private arm(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }

  private log(text: string, reason: string): void {
    this.connection.log.error(text, { user: this.connection.user, ...this.consumer, reason });
  }
}
