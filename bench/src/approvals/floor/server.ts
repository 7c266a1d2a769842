import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '@countersign/persistence';
import { connect } from '@nats-io/transport-node';
import { partReady, settingsOf, tell } from '../../parts/part-process.js';
import { GRANTED, STEP, type FloorSettings } from './floor-messages.js';

/** Where the floor's HTTP is. */
export interface FloorAddress {
  readonly kind: 'url';
  readonly url: string;
}

// The least that an approval can be: read the request, commit one compare and set, tell it, answer.
const { servers, databaseUrl } = settingsOf<FloorSettings>();
const nats = await connect({ servers });
const database = await Database.open({ url: databaseUrl, schema: 'public', poolSize: 8 });
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const { id } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly id: string };
    database.query(STEP, [id, 'granted', 'waiting']).then(
      ([row]) => {
        if (row) nats.publish(GRANTED, id);
        response.writeHead(row ? 200 : 409).end('{}');
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
partReady(async () => {
  server.closeAllConnections();
  server.close();
  await nats.close();
  await database.close();
});
tell({
  kind: 'url',
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
} satisfies FloorAddress);
