import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A request as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a receiver answers: with a status, or not at all. */
export type Reply =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>> } | 'never';

/** An HTTP server on loopback that keeps what it gets and answers as a test says. */
export class HttpReceiver {
  readonly received: Received[] = [];
  /** The answer to each request. */
  reply: (request: Received, count: number) => Reply = () => ({ status: 204 });
  private readonly held = new Set<ServerResponse>();

  private constructor(private readonly server = createServer()) {
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async open(): Promise<HttpReceiver> {
    const receiver = new HttpReceiver();
    await new Promise<void>((done) => receiver.server.listen(0, '127.0.0.1', done));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    for (const response of this.held) response.destroy();
    this.server.closeAllConnections();
    await new Promise<void>((done) => void this.server.close(() => done()));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url: path = '', headers } = request;
    const received = { path, headers, body: Buffer.concat(chunks).toString() };
    this.received.push(received);
    const reply = this.reply(received, this.received.length);
    if (reply === 'never') return void this.held.add(response);
    response.writeHead(reply.status, reply.headers).end();
  }
}

/** A mail server on loopback that keeps what it gets. */
export class MailReceiver {
  readonly mails: { readonly raw: string; readonly isEncrypted: boolean }[] = [];
  private readonly server: SMTPServer;

  private constructor(options: SMTPServerOptions) {
    this.server = new SMTPServer({
      authOptional: true,
      ...options,
      onData: (stream, { secure }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          this.mails.push({ raw: Buffer.concat(chunks).toString(), isEncrypted: secure });
          done();
        });
      },
    });
    // A client that does not trust the certificate ends the connection; that is the client's to tell.
    this.server.on('error', () => undefined);
  }

  static async open(options: SMTPServerOptions = {}, port = 0): Promise<MailReceiver> {
    const receiver = new MailReceiver(options);
    await new Promise<void>((done) => receiver.server.listen(port, '127.0.0.1', done));
    return receiver;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((done) => this.server.close(done));
  }
}
