import type { Service } from '@countersign/contracts';
import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import type { Bus } from '../bus.js';
import type { RefusedRequests } from '../bus-request.js';
import type { Settlement } from '../delivery.js';
import type { Stoppable } from '../stoppable.js';
import { ROUTE, type Route } from './route.js';

/** The buses of one service: one for streams, one that may only answer requests. */
export interface ServiceBuses {
  readonly main: Bus;
  readonly rpc?: Bus;
  /** Hears of requests with a forged reply subject. */
  readonly refused?: (requests: RefusedRequests) => void;
}

/** Runs the methods decorated with `Consume` and `Respond`, each on its service's own bus. */
export class JetStreamTransport extends Server implements CustomTransportStrategy {
  /** The handler's failure decides the settlement, so Nest need not report it as well. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly running: Stoppable[] = [];

  constructor(private readonly buses: ReadonlyMap<Service, ServiceBuses>) {
    super();
  }

  /** Starts everything; the callback gets the error when a handler has no bus or two claim one route. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      for (const [pattern, handler] of this.messageHandlers) await this.start(pattern, handler);
    } catch (error) {
      await this.close();
      callback(error);
      return;
    }
    callback();
  }

  /** Takes nothing new, waits for the batches in hand and gives back the rest. The buses stay open. */
  async close(): Promise<void> {
    await Promise.all(this.running.splice(0).map((one) => one.stop()));
  }

  /** There are no events to listen to. */
  on(): void {
    throw new Error('the transport has no events');
  }

  /** The buses, by service. */
  unwrap<T>(): T {
    return this.buses as T;
  }

  private async start(pattern: string, handler: MessageHandler): Promise<void> {
    const route = (handler.extras as Readonly<Record<string, unknown>> | undefined)?.[ROUTE] as
      Route | undefined;
    if (!route) throw new Error(`the handler of ${pattern} is neither @Consume nor @Respond`);
    if (handler.next) throw new Error(`two handlers claim ${pattern}`);
    if (route.kind === 'consume') {
      const { main } = this.busesOf(route.consumer.service);
      const handle = (batch: unknown) => this.invoke<readonly Settlement[]>(handler, batch);
      this.running.push(await main.consume(route.consumer, handle, route.options));
      return;
    }
    const { rpc, refused } = this.busesOf(route.service);
    if (!rpc) throw new Error(`${route.service} has no bus to answer ${route.subject} on`);
    const answer = (batch: unknown) => this.invoke<readonly unknown[]>(handler, batch);
    this.running.push(
      rpc.respond(route.subject, answer, {
        ...route.options,
        ...(refused === undefined ? {} : { onRefused: refused }),
      }),
    );
  }

  private busesOf(service: Service): ServiceBuses {
    const buses = this.buses.get(service);
    if (!buses) throw new Error(`${service} has no bus`);
    return buses;
  }

  private async invoke<T>(handler: MessageHandler, batch: unknown): Promise<T> {
    const result: unknown = await handler(batch, new BaseRpcContext([]));
    return (await lastValueFrom(this.transformToObservable(result))) as T;
  }
}
