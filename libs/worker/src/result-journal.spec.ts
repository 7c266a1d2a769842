import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ResultJournal, type ResultRecord } from './result-journal.js';
import { silentLog } from './worker-types.js';

const aRecord = (lease_id: string, body = '{}'): ResultRecord => ({
  lease_id,
  epoch: 1,
  job_id: 'job',
  attempt: 1,
  subject: 'result.test.x',
  id: `event-${lease_id}`,
  causation_id: 'cause',
  traceparent: null,
  time: '2026-01-01T00:00:00Z',
  body,
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(directory, { recursive: true }));

const file = () => join(directory, 'results.jsonl');
const reopened = async () => {
  const { journal, leftover } = await ResultJournal.open(directory, silentLog);
  await journal.close();
  return leftover.map((r) => r.lease_id);
};

describe('the result journal', () => {
  it('gives back what was put and not forgotten, after a crash too', async () => {
    const { journal } = await ResultJournal.open(directory, silentLog);
    await Promise.all([journal.put([aRecord('a'), aRecord('b')]), journal.put([aRecord('c')])]);
    await journal.forget(['b']);
    expect(await reopened()).toEqual(['a', 'c']);
    await journal.close();
  });

  it('leaves out a torn last line and keeps the rest', async () => {
    const { journal } = await ResultJournal.open(directory, silentLog);
    await journal.put([aRecord('a')]);
    await journal.close();
    await appendFile(file(), '{"put":{"lease_id":"b"');
    expect(await reopened()).toEqual(['a']);
    expect(await reopened()).toEqual(['a']);
  });

  it('can be read by its owner only', async () => {
    const { journal } = await ResultJournal.open(directory, silentLog);
    await journal.close();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it('writes itself anew when most of it is forgotten', async () => {
    const { journal } = await ResultJournal.open(directory, silentLog);
    const large = 'x'.repeat(9 * 1024 * 1024);
    await journal.put([aRecord('keep')]);
    for (const id of ['a', 'b']) {
      await journal.put([aRecord(id, large)]);
      await journal.forget([id]);
    }
    expect((await readFile(file())).length).toBeLessThan(1024);
    await journal.put([aRecord('later')]);
    await journal.close();
    expect(await reopened()).toEqual(['keep', 'later']);
  });
});
