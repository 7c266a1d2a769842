import { connect } from '@nats-io/transport-node';
import { partReady, settingsOf } from '../../parts/part-process.js';

/** What the bare answerer is started with. */
export interface EchoSettings {
  readonly servers: string;
  readonly subject: string;
  /** What it answers, whatever it is asked. */
  readonly answer: string;
}

// The least that can be between a question and its answer: nothing is read, decided or written.
const { servers, subject, answer } = settingsOf<EchoSettings>();
const nats = await connect({ servers });
nats.subscribe(subject, {
  callback: (error, message) => {
    if (error) throw error;
    message.respond(answer);
  },
});
await nats.flush();
partReady(() => nats.close());
