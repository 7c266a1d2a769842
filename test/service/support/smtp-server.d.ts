/** What the tests use of a package that comes without types. */
declare module 'smtp-server' {
  import type { Readable } from 'node:stream';
  import type { Server } from 'node:net';

  export interface SMTPServerOptions {
    readonly authOptional?: boolean;
    readonly disabledCommands?: readonly string[];
    readonly secure?: boolean;
    readonly key?: string;
    readonly cert?: string;
    readonly logger?: boolean;
    onData?(
      stream: Readable,
      session: { readonly secure: boolean },
      done: (error?: Error | null) => void,
    ): void;
    onRcptTo?(
      address: { readonly address: string },
      session: object,
      done: (error?: Error | null) => void,
    ): void;
  }

  export class SMTPServer {
    constructor(options: SMTPServerOptions);
    readonly server: Server;
    listen(port: number, host: string, done: () => void): void;
    close(done: () => void): void;
    on(event: 'error', listener: (error: Error) => void): this;
  }
}
