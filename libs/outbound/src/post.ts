import {
  request as httpRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest, Agent as HttpsAgent } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { AllowList } from './allow-list.js';
import { hostOf, readUrl } from './read-url.js';
import { resolveHost, type Resolve } from './resolve-host.js';
import { OutboundRefused, type RefusalReason } from './outbound-refused.js';

/** Bytes of an answer that are read, and thrown away, before the connection is ended. */
export const MAX_ANSWER_BYTES = 64 * 1024;

/** What became of a sending. An answer is a status and no more: what a receiver says is never read. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterSec?: number }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }
  | { readonly kind: 'failed'; readonly reason: 'timeout' | 'unreachable' };

/** What is sent and to whom. */
export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowed: AllowList;
  /** Milliseconds for all of it, from the question to DNS to the end of the answer. */
  readonly timeoutMs: number;
  readonly resolve?: Resolve;
  /** Certificates that are trusted besides; PEM. */
  readonly ca?: string;
}

/**
 * Sends a body by POST. It goes to an address that was checked and to no other; redirects are not followed, proxies and
 * cookies not known, and connections not kept. Never throws for anything that a receiver or a network does.
 */
export async function post(wanted: Post): Promise<PostOutcome> {
  const deadline = AbortSignal.timeout(wanted.timeoutMs);
  try {
    const url = readUrl(wanted.url, wanted.allowed);
    const addresses = await before(deadline, resolveHost(hostOf(url), wanted.allowed, wanted.resolve));
    return await exchange(url, addresses, wanted, deadline);
  } catch (error) {
    if (error instanceof OutboundRefused) return { kind: 'refused', reason: error.reason };
    return { kind: 'failed', reason: deadline.aborted ? 'timeout' : 'unreachable' };
  }
}

/** What a promise gives, or a rejection when the time is over first. */
function before<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('the time is over')), { once: true });
    promise.then(resolve, reject);
  });
}

function exchange(
  url: URL,
  addresses: readonly string[],
  wanted: Post,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const body = Buffer.from(wanted.body);
  const common: RequestOptions = {
    method: 'POST',
    headers: { ...wanted.headers, 'content-length': body.byteLength },
    lookup: pinned(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const onAnswer = (answer: IncomingMessage) => {
      isAnswered = true;
      drain(answer).then(() => resolve(outcomeOf(answer)), reject);
    };
    // Agents of their own: the global ones may go through a proxy, which would ask DNS by itself.
    const request =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...common, agent: new HttpsAgent({ ca: wanted.ca }) }, onAnswer)
        : httpRequest(url, { ...common, agent: new HttpAgent() }, onAnswer);
    request.on('error', (error) => {
      // What goes wrong after the status came does not take it back.
      if (!isAnswered) reject(error);
    });
    request.end(body);
  });
}

/** Answers every question about a name with the addresses that were checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const known = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, { all }, done) => {
    const [first] = known;
    if (all === true) done(null, known);
    else done(null, first?.address ?? '', first?.family);
  };
}

/** Reads an answer to its end or to its cap, or until the time is over: its status is known by then. */
function drain(answer: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_ANSWER_BYTES) answer.destroy();
    });
    answer.on('error', () => resolve());
    answer.on('close', () => resolve());
  });
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage): PostOutcome {
  const { 'retry-after': wait = '' } = headers;
  const retryAfterSec = /^\d{1,9}$/.test(wait) ? Number(wait) : undefined;
  return { kind: 'answered', status: statusCode, ...(retryAfterSec === undefined ? {} : { retryAfterSec }) };
}
