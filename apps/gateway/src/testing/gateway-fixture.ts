import { Global, Module } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Service } from '@countersign/contracts';
import type { Sql } from '@countersign/persistence';
import { busOf, PLATFORM_CONFIG, roadOf, sweeperOf, type LocalCallers } from '@countersign/service-kit';
import { GatewayModule } from '../gateway.module.js';
import { configureHttp } from '../http/configure-http.js';
import { makeKey } from '../identity/api-keys/key-text.js';
import type { KeyGrant } from '../identity/api-keys/api-key.store.js';
import { HTTP_SETTINGS, readHttpSettings } from '../settings/http-settings.js';
import { MemoryTables } from './memory-tables.js';
import { exchange, type RawReply } from './raw-exchange.js';

/** What a test sends. A string or bytes go out as they are, anything else as JSON. */
export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** What a test got. `json` is undefined when the body is none. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Record<string, unknown> & { readonly code?: string; readonly pointer?: string };
}

type Answer = (question: Record<string, unknown>) => unknown;

/** A bus that answers only what a test has told it to, and keeps what it was asked. */
export class ScriptedBus {
  isConnected = true;
  flush = (): Promise<void> => Promise.resolve();
  readonly asked: { readonly subject: string; readonly question: Record<string, unknown> }[] = [];
  private readonly answers = new Map<string, Answer>();

  answer(subject: string, answer: Answer): void {
    this.answers.set(subject, answer);
  }

  async request(subject: string, question: Record<string, unknown>): Promise<unknown> {
    await Promise.resolve();
    this.asked.push({ subject, question });
    const answer = this.answers.get(subject);
    if (!answer) throw new Error(`nobody was expected to ask ${subject}`);
    return answer(question);
  }
}

/** The real gateway over HTTP on a port of its own; only its database and its bus are fakes. */
export interface TestGateway {
  readonly tables: MemoryTables;
  readonly bus: ScriptedBus;
  readonly app: NestExpressApplication;
  call(method: string, path: string, call?: Call): Promise<Reply>;
  /** Sends bytes as they are and gives what came back until the gateway ended the connection. */
  raw(...parts: readonly string[]): Promise<readonly RawReply[]>;
  /** Runs one of its sweeps now. */
  sweep(name: string): Promise<void>;
  close(): Promise<void>;
}

/** How a test's gateway differs from one that nobody has configured. */
export interface GatewayOptions {
  /** What the file of its settings says. */
  readonly settings?: object;
  readonly host?: string;
  readonly localCallers?: LocalCallers;
  readonly tables?: MemoryTables;
  /** May change the server's own settings before it listens. */
  readonly tune?: (server: Server) => void;
}

/** Starts the gateway; it listens on loopback, whatever host its settings name. */
export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const { tables = new MemoryTables(), host = '127.0.0.1', settings = {}, localCallers, tune } = options;
  const sweeps = new Map<string, () => Promise<unknown>>();
  const sweeper = {
    every: (name: string, _ms: number, task: () => Promise<unknown>) => void sweeps.set(name, task),
  };
  const bus = new ScriptedBus();
  const run = tables.run.bind(tables);
  const forTenant = () => ({ run, read: <T>(ask: (sql: Sql) => Promise<T>) => ask(tables.sql) });
  const road = { run, forTenant, database: tables.sql };
  const http = { host, port: 0, ...(localCallers === undefined ? {} : { localCallers }) };
  const providers = [
    { provide: PLATFORM_CONFIG, useValue: { http, secrets: { quarantineKey: Buffer.alloc(32, 1) } } },
    { provide: roadOf(Service.Gateway), useValue: road },
    { provide: busOf(Service.Gateway), useValue: bus },
    { provide: sweeperOf(Service.Gateway), useValue: sweeper },
  ];
  @Global()
  @Module({ providers, exports: providers.map((p) => p.provide) })
  class FakePlatform {}

  const module = await Test.createTestingModule({ imports: [FakePlatform, GatewayModule] })
    .overrideProvider(HTTP_SETTINGS)
    .useValue(readHttpSettings(http, settings))
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  configureHttp(app);
  tune?.(app.getHttpServer());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    tables,
    bus,
    app,
    call: (...args) => send(port, ...args),
    raw: (...parts) => exchange(port, parts),
    sweep: async (name) => {
      const task = sweeps.get(name);
      if (!task) throw new Error(`there is no sweep named ${name}`);
      await task();
    },
    close: () => app.close(),
  };
}

function send(port: number, method: string, path: string, { body, headers }: Call = {}): Promise<Reply> {
  const payload =
    body === undefined
      ? undefined
      : typeof body === 'string' || body instanceof Uint8Array
        ? body
        : JSON.stringify(body);
  const type = payload === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { ...type, ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = text !== '' && /\bjson\b/.test(response.headers['content-type'] ?? '');
          const json = (isJson ? JSON.parse(text) : {}) as Reply['json'];
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}

/** A valid job request, in the words of the first example of the contract. */
export const aRequest = (changes: object = {}): Record<string, unknown> => ({
  topic: 'job.mcp-bridge.write.update_ticket',
  tenant_id: 'default',
  risk_tags: ['prod'],
  labels: { 'mcp.action': 'write' },
  ...changes,
});

/** Makes an API key in a gateway's tables; gives its text. */
export function addKey(
  { apiKeys }: MemoryTables,
  { is_usable = true, ...grant }: Partial<KeyGrant> & { readonly is_usable?: boolean } = {},
): string {
  const { keyId, text, digest } = makeKey();
  const defaults = {
    tenant_id: 'default',
    name: 'agent-7',
    roles: ['producer'],
    groups: [],
    agents: [],
  } as const;
  apiKeys.push({ ...defaults, ...grant, key_id: keyId, secret_sha256: digest, is_usable, is_marked: false });
  return text;
}

/** The header with which a credential is sent. */
export const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

/** A job id that no test submits. */
export const JOB_ID = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
