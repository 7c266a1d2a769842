import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { requireFreePort } from './require-free-port.js';

it('refuses a port that somebody listens on, and leaves a free one free', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(requireFreePort('127.0.0.1', port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  server.close();
  await once(server, 'close');
  await requireFreePort('127.0.0.1', port);
  await expect(requireFreePort('127.0.0.1', port)).resolves.toBeUndefined();
});
