import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Service, Subjects } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf } from '@countersign/service-kit';
import type { Response } from 'express';
import { setTimeout as pause } from 'node:timers/promises';
import { askService, pageOf, refusalFrom } from '../http/ask-service.js';
import { ApiError } from '../http/problem.js';
import type { RequestTrace } from '../http/request-trace.js';
import type { Caller } from '../identity/caller.js';

/** Milliseconds between two questions for what has changed. */
const ASK_EVERY_MS = 500;
/** Milliseconds without an event after which a comment keeps the connection alive. */
const BEAT_MS = 15_000;
/** Milliseconds a stream lasts. Then its client comes again, and its credentials are looked at again. */
const LAST_MS = 5 * 60_000;
/** Streams of one process at most. */
export const MAX_STREAMS = 256;
/** Of these, streams of one caller at most: a person has some tabs open, and nobody takes the others' away. */
export const MAX_OWN_STREAMS = 16;

interface Change {
  readonly cursor: string;
  readonly change: string;
}

/** The open streams of this process. Each asks for its tenant's changes by itself, from where its client has them. */
@Injectable()
export class ApprovalStreams implements BeforeApplicationShutdown {
  private readonly logger = new Logger('approval streams');
  /** With whose each is. */
  private readonly open = new Map<AbortController, string>();

  constructor(@Inject(busOf(Service.Gateway)) private readonly bus: Bus) {}

  /** Ends all streams: the server would wait for them. */
  beforeApplicationShutdown(): void {
    for (const stream of this.open.keys()) stream.abort();
  }

  /**
   * Tells changes until the client goes, the time is over or nobody can say any more what changes. `isHead`: nothing
   * but the headers. Throws before the first byte as every request does.
   */
  async serve(
    caller: Caller,
    trace: RequestTrace,
    after: string | undefined,
    isHead: boolean,
    response: Response,
  ): Promise<void> {
    const whose = `${caller.tenant} ${caller.name}`;
    const own = [...this.open.values()].filter((one) => one === whose).length;
    if (this.open.size >= MAX_STREAMS || own >= MAX_OWN_STREAMS)
      throw new ApiError('unavailable', 'too many streams are open');
    const stream = new AbortController();
    this.open.set(stream, whose);
    response.once('close', () => stream.abort());
    try {
      const first = await this.changes(caller, trace, after);
      response.status(200).set({
        'Content-Type': 'text/event-stream',
        'X-Accel-Buffering': 'no',
      });
      if (isHead) return;
      response.write(eventOf('hello', first.next, { next: first.next }));
      await this.tell(first, caller, trace, stream.signal, response);
    } finally {
      this.open.delete(stream);
      if (response.headersSent || isHead) response.end();
    }
  }

  private async tell(
    first: { readonly items: readonly Change[]; readonly next: string },
    caller: Caller,
    trace: RequestTrace,
    signal: AbortSignal,
    response: Response,
  ): Promise<void> {
    const endsAt = performance.now() + LAST_MS;
    let beatAt = performance.now() + BEAT_MS;
    let { items, next } = first;
    while (!signal.aborted) {
      for (const { cursor, change, ...details } of items) response.write(eventOf(change, cursor, details));
      const now = performance.now();
      if (now >= endsAt) return;
      if (items.length > 0) beatAt = now + BEAT_MS;
      else if (now >= beatAt) {
        response.write(': still here\n\n');
        beatAt = now + BEAT_MS;
      }
      // Whoever does not read is not written to without end.
      if (response.writableNeedDrain) return;
      try {
        await pause(ASK_EVERY_MS, undefined, { signal });
        ({ items, next } = await this.changes(caller, trace, next));
      } catch (error) {
        if (!signal.aborted)
          this.logger.warn({ message: 'a stream ends, its client comes again', error: String(error) });
        return;
      }
    }
  }

  private async changes(caller: Caller, trace: RequestTrace, after: string | undefined) {
    const question = { tenant_id: caller.tenant, ...(after === undefined ? {} : { after }) };
    const answer = await askService(this.bus, Subjects.queryApprovalChanges.address({}), question, trace);
    if (!answer.ok) throw refusalFrom(answer, {});
    const { items, next } = pageOf(answer);
    return { items: items as readonly Change[], next: String(next) };
  }
}

/** One event of the stream. JSON has no line breaks outside of strings, and none within them. */
function eventOf(name: string, id: string, data: object): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
