import { Agent, request } from 'node:http';

/** What HTTP answered. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** HTTP over connections that stay open, with nothing around it. */
export class HttpClient {
  // By turns, so that no connection is idle for so long that the server is about to close it when it is used again.
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 32, scheduling: 'fifo' });

  constructor(private readonly url: string) {}

  call(method: 'GET' | 'POST', path: string, body?: object): Promise<Reply> {
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = bytes && { 'content-type': 'application/json', 'content-length': bytes.byteLength };
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.url}${path}`,
        { method, agent: this.agent, ...(headers && { headers }) },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      sent.once('error', reject);
      sent.end(bytes);
    });
  }

  /** The body of an answer that must have this status. Throws with what came instead. */
  async ask(method: 'GET' | 'POST', path: string, status: number, body?: object): Promise<unknown> {
    const reply = await this.call(method, path, body);
    if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return JSON.parse(reply.text) as unknown;
  }

  close(): void {
    this.agent.destroy();
  }
}
