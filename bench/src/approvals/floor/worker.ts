import { connect } from '@nats-io/transport-node';
import { nowMs, partReady, settingsOf, tell } from '../../parts/part-process.js';
import type { Held } from '../measure/held.js';
import { CLAIM, GRANTED, type FloorSettings } from './floor-messages.js';

/** How long a claim may take, in milliseconds. */
const CLAIM_MS = 10_000;

const { servers } = settingsOf<FloorSettings>();
const nats = await connect({ servers });
nats.subscribe(GRANTED, {
  callback: (error, message) => {
    if (error) throw error;
    const jobId = message.string();
    void nats.request(CLAIM, jobId, { timeout: CLAIM_MS }).then((answer) => {
      if (answer.string() !== 'held') throw new Error(`a claim was answered with ${answer.string()}`);
      tell({ kind: 'held', jobId, atMs: nowMs() } satisfies Held);
    });
  },
});
await nats.flush();
partReady(() => nats.close());
