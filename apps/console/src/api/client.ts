import { ApiProblem } from './problem.js';
import { observeDate } from './server-clock.js';

/** What is sent besides the address. */
export interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Says that a request comes from a page of the console: a session counts for nothing without it. */
const OWN_PAGE = { 'x-countersign-console': '1' } as const;

/** Asks the API, as the holder of a credential or, without one, as whoever this browser or this machine is to it. */
export class Client {
  constructor(
    private readonly credential: string | undefined,
    /** Told when the credential does not hold, or is missing. */
    private readonly onUnauthenticated: () => void,
  ) {}

  /** The answer's JSON. Throws {@link ApiProblem}. */
  async ask<T>(path: string, sent: Sent = {}): Promise<T> {
    const response = await this.send(path, sent);
    const text = await response.text();
    if (response.ok) return (text === '' ? {} : JSON.parse(text)) as T;
    throw problemOf(response, text);
  }

  /** The answer itself, once its headers are there, whatever its status. Throws {@link ApiProblem} without one. */
  async send(path: string, { method = 'GET', body, signal, headers = {} }: Sent): Promise<Response> {
    const sentAt = Date.now();
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        // The session of who has signed in by an issuer, where no credential says otherwise.
        credentials: this.credential === undefined ? 'same-origin' : 'omit',
        cache: 'no-store',
        redirect: 'error',
        headers: {
          ...headers,
          ...(this.credential === undefined ? OWN_PAGE : { authorization: `Bearer ${this.credential}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiProblem(0, 'unreachable', 'The gateway does not answer', 'The gateway does not answer.');
    }
    observeDate(response.headers.get('date'), sentAt, Date.now());
    if (response.status === 401) this.onUnauthenticated();
    return response;
  }
}

/** Reads the refusal of an answer. */
export function problemOf(response: Response, text: string): ApiProblem {
  const members = membersOf(text);
  const word = (name: string, otherwise: string) =>
    typeof members[name] === 'string' ? members[name] : otherwise;
  const title = word('title', `The gateway answers ${response.status}`);
  return new ApiProblem(response.status, word('code', 'unknown'), title, word('detail', title), members);
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A proxy in between answers in its own words; the status says what is to be said.
    return {};
  }
}
