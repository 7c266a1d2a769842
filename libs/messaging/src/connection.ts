import { apiPrefixOf, inboxPrefix } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { connect, nkeyAuthenticator, type NatsConnection, type Status } from '@nats-io/transport-node';
import { silentLog, type BusLog } from './bus-log.js';
import { errorText } from './error-text.js';

/** How to reach the broker, and as whom. */
export interface BusOptions {
  /** `nats://host:port`, or several, comma separated. */
  readonly servers: string;
  /** The broker user; replies come to its private inbox. */
  readonly user: string;
  /** The secret nkey seed of the user; a function is asked at each connection, so that keys can change meanwhile. */
  readonly seed: string | (() => string);
  /** Connection name for the broker's own monitoring; the user when absent. */
  readonly name?: string;
  /** Prefix of the JetStream API; that of the user when absent. */
  readonly apiPrefix?: string;
  readonly log?: BusLog;
}

/** Time between two tries to reach a lost broker, in milliseconds. */
const RECONNECT_WAIT_MS = 250;

/** A connection that comes back by itself for as long as it is not closed, and tells when it goes and returns. */
export class Connection {
  private connected = true;
  private readonly lost = new Set<() => void>();
  private readonly returned = new Set<() => void>();

  private constructor(
    readonly nats: NatsConnection,
    readonly user: string,
    readonly apiPrefix: string,
    readonly log: BusLog,
  ) {
    void this.watch();
  }

  /** Throws `CodedError('unavailable')` when the broker cannot be reached or refuses the user. */
  static async open(options: BusOptions): Promise<Connection> {
    const log = options.log ?? silentLog;
    const { seed } = options;
    const seedNow = () => new TextEncoder().encode(typeof seed === 'string' ? seed : seed());
    try {
      const nats = await connect({
        servers: options.servers.split(','),
        name: options.name ?? options.user,
        inboxPrefix: inboxPrefix(options.user),
        authenticator: nkeyAuthenticator(seedNow),
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        reconnectJitter: 0,
        ignoreAuthErrorAbort: true,
        waitOnFirstConnect: false,
        noAsyncTraces: true,
      });
      return new Connection(nats, options.user, options.apiPrefix ?? apiPrefixOf(options.user), log);
    } catch (cause) {
      throw new CodedError('unavailable', `the broker cannot be reached as ${options.user}`, { cause });
    }
  }

  get isConnected(): boolean {
    return this.connected && !this.nats.isClosed();
  }

  /** The private inbox of the user. */
  get inboxPrefix(): string {
    return inboxPrefix(this.user);
  }

  onLost(listener: () => void): () => void {
    this.lost.add(listener);
    return () => this.lost.delete(listener);
  }

  onReturned(listener: () => void): () => void {
    this.returned.add(listener);
    return () => this.returned.delete(listener);
  }

  /** Publishes without a reply; false when the connection is closed, in which case nothing was sent. */
  send(subject: string, data: Uint8Array | string): boolean {
    try {
      this.nats.publish(subject, data);
      return true;
    } catch (error) {
      this.log.warn('a message could not be sent', { user: this.user, subject, error: errorText(error) });
      return false;
    }
  }

  private async watch(): Promise<void> {
    for await (const status of this.nats.status()) this.note(status);
    this.connected = false;
    for (const listener of this.lost) listener();
  }

  private note(status: Status): void {
    const { user, log } = this;
    if (status.type === 'disconnect') {
      if (this.connected) log.warn('the connection to the broker is lost', { user });
      this.connected = false;
      for (const listener of this.lost) listener();
    } else if (status.type === 'reconnect') {
      this.connected = true;
      log.info('the connection to the broker is back', { user });
      for (const listener of this.returned) listener();
    } else if (status.type === 'error') {
      log.error('the broker reported an error', { user, error: errorText(status.error) });
    } else if (status.type === 'slowConsumer') {
      log.warn('a subscription falls behind', { user, pending: status.pending });
    }
  }
}
