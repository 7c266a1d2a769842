import { Database } from '@countersign/persistence';
import { connect } from '@nats-io/transport-node';
import { partReady, settingsOf } from '../../parts/part-process.js';
import { CLAIM, STEP, type FloorSettings } from './floor-messages.js';

// The least that a claim can be: commit one compare and set, answer.
const { servers, databaseUrl } = settingsOf<FloorSettings>();
const nats = await connect({ servers });
const database = await Database.open({ url: databaseUrl, schema: 'public', poolSize: 8 });
nats.subscribe(CLAIM, {
  callback: (error, message) => {
    if (error) throw error;
    database.query(STEP, [message.string(), 'held', 'granted']).then(
      ([row]) => void message.respond(row ? 'held' : 'refused'),
      (failure: unknown) => void message.respond(String(failure)),
    );
  },
});
await nats.flush();
partReady(async () => {
  await nats.close();
  await database.close();
});
