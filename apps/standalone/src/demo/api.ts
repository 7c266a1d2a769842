/** The platform's HTTP interface as the demo calls it. */
export class DemoApi {
  constructor(private readonly url: string) {}

  /** Calls a route; throws with the problem document when it is refused. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Asks until `done` says so. Throws after `timeoutMs`. */
  async until<T>(path: string, done: (value: T) => boolean, timeoutMs = 60_000): Promise<T> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const value = await this.call<T>('GET', path);
      if (done(value)) return value;
      if (Date.now() > end)
        throw new Error(`${path} did not get there in ${timeoutMs} ms: ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
