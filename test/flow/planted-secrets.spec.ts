import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { plantSecrets, type Planted } from './planted-secrets/plant-secrets.js';
import { BusProducer } from './support/bus-producer.js';
import { fullFile } from './support/full-file.js';
import { MODES, usePlatform } from './support/platform.js';
import { placesOf, type Place } from './support/stored-texts.js';

/** The bytes that were decided about and countersigned: they hold what was submitted, and are shown to reviewers. */
const CANONICAL: readonly Place[] = [
  'approval_service.approvals.job',
  'policy_evaluator.decisions.message',
  'scheduler.jobs.job',
];
/** A message that can't be read is kept as it came, for the operator; its pointer names a member. */
const DEAD_LETTERS: readonly Place[] = [
  'policy_evaluator.dead_letters.body',
  'policy_evaluator.dead_letters.pointer',
];
/** Where a planted value may be stored, by the place it was planted in. Everything else may be stored nowhere. */
const MAY_STAND: Readonly<Record<string, readonly Place[]>> = {
  'a label': CANONICAL,
  params: CANONICAL,
  'the rationale': CANONICAL,
  'a file name': CANONICAL,
  'the target of an effect': CANONICAL,
  'params of a denied job': CANONICAL,
  'a member of a bus message': DEAD_LETTERS,
  'a broken bus message': DEAD_LETTERS,
};
/** Answers to the sender itself point at the member that is wrong, by its name. */
const NAMED_IN_ANSWERS = ['a member of a request', 'a member that occurs twice', 'a name in params'];

describe.each(MODES)('secrets that were planted on the road, %s (O1, O2, L15, attacks 35 and 40)', (mode) => {
  const platform = usePlatform(mode, { env: { LOG_LEVEL: 'debug' } });
  let planted: Planted;
  let stored: Record<string, Place[]>;

  beforeAll(async () => {
    const { api, workerDir, broker, database } = platform();
    const producer = await BusProducer.connect(platform());
    planted = await plantSecrets(api, producer, (text) =>
      writeFile(join(workerDir, 'workspace/.env'), text),
    ).finally(() => producer.bus.close());
    await broker.settled();
    for (const trace of planted.traces) planted.answers.push(JSON.stringify(await api.timeline(trace)));
    stored = await placesOf(database, [...planted.values.values()]);
  });

  it('are stored where what was submitted is kept, and nowhere else: no event, audit row, note or result', () => {
    const wrong = [...planted.values].flatMap(([place, value]) =>
      (stored[value] ?? [])
        .filter((column) => !MAY_STAND[place]?.includes(column))
        .map((c) => `${place}: ${c}`),
    );
    expect(wrong).toEqual([]);
  });

  it('are seen by this test where they may stand', () => {
    expect(stored[planted.values.get('params') ?? '']).toContain('scheduler.jobs.job');
    expect(stored[planted.values.get('a broken bus message') ?? '']).toContain(DEAD_LETTERS[0]);
  });

  it('are in no line that any process has printed', () => {
    const { lines } = platform();
    expect(lines.join('\n')).toContain('"ready"');
    const told = [...planted.values].filter(([, value]) => lines.some((line) => line.includes(value)));
    expect(told.map(([place]) => place)).toEqual([]);
  });

  it('are in no output, view, timeline or error that the API answers, beside the name of a wrong member', () => {
    const told = [...planted.values].filter(([, value]) => planted.answers.some((a) => a.includes(value)));
    expect(told.map(([place]) => place).filter((place) => !NAMED_IN_ANSWERS.includes(place))).toEqual([]);
  });

  it('that were quarantined are given out by no road: not again, not elsewhere, not under another name (S09)', async () => {
    const { api, workerDir, database, broker } = platform();
    const request = await fullFile(workerDir);
    const keys = (await readFile(join(workerDir, 'workspace/keys.txt'), 'utf8')).split('\n');
    expect(keys.length).toBeGreaterThan(1000);
    const headers = { 'idempotency-key': 'once' };
    const job = await api.submit(request, headers);
    await api.reaches(job.job_id, 'QUARANTINED');
    await broker.settled();
    const roads = [
      ...[`jobs/${job.job_id}`, `jobs/${job.job_id}/output`, 'jobs', `traces/${job.trace_id}`],
      ...['approvals?include_resolved=true', `approvals/${job.job_id}?kind=output`, 'audit/verify'],
    ];
    for (const road of roads) {
      const { body } = await api.call('GET', `/api/v1/${road}`);
      const answer = JSON.stringify(body);
      expect(
        keys.filter((key) => answer.includes(key)),
        road,
      ).toEqual([]);
    }
    expect(await api.submit(request, headers)).toMatchObject({ job_id: job.job_id });
    expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
    const again = await api.submit(request);
    await api.reaches(again.job_id, 'QUARANTINED');
    expect(await api.output(again.job_id)).toMatchObject({ status: 409 });
    const places = await placesOf(database, keys.slice(0, 20));
    expect(Object.values(places).flat()).toEqual([]);
  });

  it('leave a marker in the released output, so that it is known what was there', () => {
    expect(planted.answers.join('\n')).toContain('[REDACTED:secret.aws-access-token');
  });
});
