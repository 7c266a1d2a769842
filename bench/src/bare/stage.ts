import { EventType } from '@countersign/contracts';
import { ack, Bus, type Delivery, type Outgoing } from '@countersign/messaging';
import { answerOf } from '../load/job-body.js';
import type { BrokerAccess } from '../load/messages.js';
import { partReady, settingsOf, terminalLog } from '../parts/part-process.js';
import { BARE_STREAMS } from './streams.js';

/** Which stage of the bare pipeline a process is. */
export interface StageSettings extends BrokerAccess {
  readonly stage: 'dispatcher' | 'worker';
}

/** Batches of sendings on their way while the next batch is handled: as many as the services allow themselves. */
const PUBLISHES_IN_FLIGHT = 4;

const { stage, ...access } = settingsOf<StageSettings>();
const bus = await Bus.connect({ ...access, log: terminalLog });
const publishing = new Set<Promise<void>>();

/** Like a service's: what is sent is not awaited before the batch is acknowledged. A lost message fails the run. */
async function publish(messages: readonly Outgoing[]): Promise<void> {
  while (publishing.size >= PUBLISHES_IN_FLIGHT) await Promise.race(publishing);
  const sending: Promise<void> = bus.publish(messages).then((outcomes) => {
    publishing.delete(sending);
    const failed = outcomes.filter((outcome) => outcome === 'failed').length;
    if (failed > 0) console.error(`${stage}: ${failed} messages were not confirmed`);
  });
  publishing.add(sending);
}

interface BareJob {
  readonly job_id: string;
  readonly params: unknown;
}

function pass({ data }: Delivery): Outgoing {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
  const job = JSON.parse(text) as BareJob;
  return stage === 'dispatcher'
    ? outgoing(job.job_id, BARE_STREAMS.dispatch.subject, EventType.Offer, text)
    : outgoing(
        job.job_id,
        BARE_STREAMS.results.subject,
        EventType.Result,
        JSON.stringify({ job_id: job.job_id, output: answerOf(job.params) }),
      );
}

function outgoing(jobId: string, subject: string, type: string, body: string): Outgoing {
  return {
    subject,
    id: `${jobId}:${stage}`,
    type,
    source: `/bench/${stage}`,
    body,
    time: new Date().toISOString(),
    jobId,
  };
}

await bus.consume(BARE_STREAMS[stage === 'dispatcher' ? 'jobs' : 'dispatch'], async (batch) => {
  await publish(batch.map(pass));
  return batch.map(() => ack);
});
partReady(() => bus.close());
