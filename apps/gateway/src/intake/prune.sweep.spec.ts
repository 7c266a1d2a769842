import { expect, it, vi } from 'vitest';
import { Service } from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { Test } from '@nestjs/testing';
import { roadOf, sweeperOf } from '@countersign/service-kit';
import { JobFinder } from '../read/job-finder.js';
import { PruneSweep } from './prune.sweep.js';

const IDS = ['01JD4XQ8Z6T0V9K3M2N5P7R8A1', '01JD4XQ8Z6T0V9K3M2N5P7R8A2', '01JD4XQ8Z6T0V9K3M2N5P7R8A3'];
const hashOf = (id: string) => `sha256:${id}`;

/** Hands over the rows of {@link IDS}, of whose jobs the scheduler says what `scheduled` does; gives the statements. */
async function handOver(scheduled: (jobId: string) => object | undefined) {
  const statements: { readonly verb: string; readonly ids: readonly string[] }[] = [];
  const answered: string[] = [];
  const due = IDS.map((id) => ({ tenant_id: 'default', job_id: id, job_hash: hashOf(id) }));
  const work = {
    query: (text: string, [rows]: readonly string[]) => {
      const ids = (JSON.parse(rows ?? '[]') as typeof due).map((row) => row.job_id);
      statements.push({ verb: text.split(' ')[0] ?? '', ids });
      return Promise.resolve([]);
    },
    answered: (ids: readonly string[]) => void answered.push(...ids),
  };
  const road = {
    database: { query: () => Promise.resolve(due) },
    run: (decide: (on: typeof work) => Promise<void>) => decide(work),
  };
  const module = await Test.createTestingModule({
    providers: [
      PruneSweep,
      { provide: roadOf(Service.Gateway), useValue: road },
      { provide: sweeperOf(Service.Gateway), useValue: { every: vi.fn() } },
      {
        provide: JobFinder,
        useValue: { scheduled: (id: string) => new Promise((done) => done(scheduled(id))) },
      },
    ],
  }).compile();
  module.useLogger(false);
  await module.get(PruneSweep).handOver();
  return { statements, answered };
}

it('deletes the rows whose very jobs the scheduler has, and postpones the others', async () => {
  const [mine, unknown, foreign] = IDS;
  const { statements, answered } = await handOver((id) =>
    id === unknown ? undefined : { job_id: id, job_hash: id === mine ? hashOf(id) : 'sha256:another' },
  );
  expect(statements).toEqual([
    { verb: 'DELETE', ids: [mine] },
    { verb: 'UPDATE', ids: [unknown, foreign] },
  ]);
  expect(answered).toEqual([`${mine}:job:0:${hashOf(mine!).slice(7, 23)}`]);
});

it.each(['unavailable', 'timeout'])(
  'leaves every row as it is when the scheduler is away (%s)',
  async (code) => {
    const { statements, answered } = await handOver((id) => {
      if (id === IDS[2]) throw new CodedError(code, 'away');
      return { job_id: id, job_hash: hashOf(id) };
    });
    expect([statements, answered]).toEqual([[], []]);
  },
);

it('lets no answer without sense keep the other rows', async () => {
  const { statements } = await handOver((id) => {
    if (id === IDS[0]) throw new Error('a job of another tenant');
    return { job_id: id, job_hash: hashOf(id) };
  });
  expect(statements).toEqual([
    { verb: 'DELETE', ids: [IDS[1], IDS[2]] },
    { verb: 'UPDATE', ids: [IDS[0]] },
  ]);
});
