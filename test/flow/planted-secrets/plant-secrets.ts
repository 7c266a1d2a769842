import type { Api } from '../support/api.js';
import type { BusProducer } from '../support/bus-producer.js';
import { plantedKey } from '../support/planted-key.js';

/** What was planted and what came back. */
export interface Planted {
  /** The value by the place it was planted in. */
  readonly values: ReadonlyMap<string, string>;
  /** Bodies that the API has answered. */
  readonly answers: string[];
  readonly traces: readonly string[];
}

/** Sends jobs, answers and bad messages over the road, each with a secret of its own, and waits for their ends. */
export async function plantSecrets(
  api: Api,
  producer: BusProducer,
  writeFile: (text: string) => Promise<void>,
): Promise<Planted> {
  const values = new Map<string, string>();
  const answers: string[] = [];
  const plant = (place: string): string => {
    const value = plantedKey();
    values.set(place, value);
    return value;
  };
  const heard = (answer: unknown): void => void answers.push(JSON.stringify(answer));
  const ends = async (id: string): Promise<void> => {
    heard(await api.reaches(id, 'COMPLETED', 'FAILED', 'DENIED', 'QUARANTINED'));
    heard((await api.output(id)).body);
  };

  await writeFile(`KEY=${plant('output of a worker')}\n`);
  const read = await api.submit({ topic: 'job.mcp-bridge.read.file', params: { file: '.env' } });
  await ends(read.job_id);

  const write = await api.submit({
    topic: 'job.mcp-bridge.write.update_ticket',
    risk_tags: ['prod'],
    labels: { 'mcp.action': 'write', 'ticket.ref': plant('a label') },
    params: { ticket: 'T-1', note: `use ${plant('params')} for it` },
    rationale: { reasoning: `because ${plant('the rationale')} says so`, confidence: 0.5 },
  });
  await api.awaitsApproval(write.job_id);
  heard((await api.approve(write.job_id, `as ${plant('a note')} says`)).body);
  await ends(write.job_id);

  const shown = (stream: string, value: string): string =>
    `printf '%s%s\\n' ${value.slice(0, 10)} ${value.slice(10)} ${stream}`;
  const failing = [
    shown('', plant('output of a command')),
    shown('>&2', plant('error text of a command')),
    'exit 3',
  ].join('; ');
  const failed = await api.submit({
    topic: 'job.agent.exec.fail',
    risk_tags: ['medium'],
    params: { command: ['sh', '-c', failing] },
  });
  await ends(failed.job_id);

  const unknown = await api.submit({
    topic: 'job.agent.exec.unknown',
    risk_tags: ['medium'],
    params: { command: [plant('the target of an effect')] },
  });
  await ends(unknown.job_id);

  const missing = await api.submit({
    topic: 'job.mcp-bridge.read.file',
    params: { file: `${plant('a file name')}.txt` },
  });
  await ends(missing.job_id);

  const denied = await api.submit({
    topic: 'job.other.thing',
    params: { key: plant('params of a denied job') },
  });
  await ends(denied.job_id);

  const twice = plant('a member that occurs twice');
  for (const body of [
    `{"topic":"job.a","tenant_id":"default","${plant('a member of a request')}":1}`,
    `{"topic":"${plant('a topic')}","tenant_id":"default"}`,
    `{"topic":"job.a","tenant_id":"${plant('a tenant')} x"}`,
    `{"topic": ${plant('a broken request')}`,
    `{"topic":"job.a","${twice}":1,"${twice}":2}`,
    `{"topic":"job.a","tenant_id":"default","params":{"${plant('a name in params')}":9007199254740993}}`,
  ])
    heard((await api.call('POST', '/api/v1/jobs', body)).body);
  heard((await api.call('GET', `/api/v1/jobs/${plant('a path')}`)).body);
  heard((await api.call('GET', `/api/v1/jobs/${read.job_id}?x=${plant('a query')}`)).body);
  const authorization = `Bearer ${plant('a credential')}`;
  heard((await api.call('GET', `/api/v1/jobs/${read.job_id}`, undefined, { authorization })).body);

  await producer.send(
    'a',
    `{"topic":"job.a","tenant_id":"default","${plant('a member of a bus message')}":1}`,
  );
  await producer.send('a', `{"topic": ${plant('a broken bus message')}`);

  return {
    values,
    answers,
    traces: [read, write, failed, unknown, missing, denied].map((job) => job.trace_id),
  };
}
