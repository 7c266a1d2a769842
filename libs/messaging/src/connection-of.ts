import type { Connection } from './connection.js';

const connections = new WeakMap<object, Connection>();

/** Remembers whose connection a bus holds, so that provisioning can use it while services cannot. */
export function rememberConnection(bus: object, connection: Connection): void {
  connections.set(bus, connection);
}

/** The connection under a bus. Throws when the object is no bus. */
export function connectionOf(bus: object): Connection {
  const connection = connections.get(bus);
  if (!connection) throw new TypeError('not a connected bus');
  return connection;
}
