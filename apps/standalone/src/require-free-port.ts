import { once } from 'node:events';
import { createServer } from 'node:net';

/** Throws the system's own error, such as `EADDRINUSE`, when nobody can listen on this TCP port now. 0 is any port. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  // What is no port is refused with the variable's name by whoever reads the settings.
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return;
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}
