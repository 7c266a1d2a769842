import { EventEmitter } from 'node:events';
import type { Bus } from '@countersign/messaging';
import type { Response } from 'express';
import { expect, it } from 'vitest';
import type { Caller } from '../identity/caller.js';
import { ApprovalStreams, MAX_OWN_STREAMS } from './approval-streams.js';

const bus = { request: () => Promise.resolve({ ok: true, items: [], next: '1.1' }) } as unknown as Bus;
const trace = { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, traceId: '1'.repeat(32) };
const caller = (name: string): Caller => ({
  name,
  tenant: 'acme',
  roles: ['reviewer'],
  groups: [],
  agents: [],
  by: 'api_key',
});

/** A client that stays until it is told to go. */
class Client extends EventEmitter {
  readonly headersSent = true;
  readonly writableNeedDrain = false;
  status = () => this;
  set = () => this;
  end = () => this;
  private greet: () => void = () => undefined;
  readonly greeted = new Promise<void>((done) => (this.greet = done));
  write = () => {
    this.greet();
    return true;
  };
}

it('a caller who opens streams without end takes none away from others', async () => {
  const streams = new ApprovalStreams(bus);
  const open = (client: Client, name: string) =>
    streams.serve(caller(name), trace, undefined, false, client as unknown as Response);
  const clients = Array.from({ length: MAX_OWN_STREAMS }, () => new Client());
  const served = clients.map((client) => open(client, 'ann'));
  await Promise.all(clients.map(({ greeted }) => greeted));
  await expect(open(new Client(), 'ann')).rejects.toMatchObject({ code: 'unavailable' });
  const other = new Client();
  served.push(open(other, 'bob'));
  await other.greeted;
  // Whoever goes makes room again.
  clients[0]!.emit('close');
  await served[0];
  const again = new Client();
  served.push(open(again, 'ann'));
  await again.greeted;
  streams.beforeApplicationShutdown();
  await Promise.all(served);
});
