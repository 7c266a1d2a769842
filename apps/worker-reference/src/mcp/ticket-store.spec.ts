import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TicketStore } from './ticket-store.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tickets-'));
});
afterEach(() => rm(directory, { recursive: true }));

const by = (changes: { beforeWrite?: () => void } = {}) => ({
  jobId: 'job-1',
  now: new Date(0),
  beforeWrite: () => undefined,
  ...changes,
});

describe('the ticket store', () => {
  it('starts with two tickets and keeps what is changed', async () => {
    const store = await TicketStore.open(directory);
    expect(await store.list()).toEqual(['T-1', 'T-2']);
    await store.update('T-1', { status: 'closed', note: 'done' }, by());
    const again = await TicketStore.open(directory);
    expect(await again.get('T-1')).toMatchObject({ status: 'closed', notes: ['done'], updated_by: 'job-1' });
  });

  it('loses no note of updates at the same time, and leaves no other file', async () => {
    const store = await TicketStore.open(directory);
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.update('T-1', { note: `n${i}` }, by())));
    expect((await store.get('T-1')).notes).toHaveLength(20);
    expect((await readdir(directory)).sort()).toEqual(['T-1.json', 'T-2.json']);
  });

  it.each(['../T-1', 'T-1/../T-2', 'T-0', 't-1', '', 'T-1\0'])('refuses the id %j (P22)', async (id) => {
    const store = await TicketStore.open(directory);
    await expect(store.get(id)).rejects.toMatchObject({ code: 'invalid_params' });
  });

  it('tells an unknown ticket and a damaged one', async () => {
    const store = await TicketStore.open(directory);
    await expect(store.get('T-9')).rejects.toMatchObject({ code: 'ticket_not_found' });
    await writeFile(join(directory, 'T-2.json'), '{"ticket":"T-2"}');
    await expect(store.get('T-2')).rejects.toMatchObject({ code: 'ticket_damaged' });
  });

  it('writes nothing when the caller objects', async () => {
    const store = await TicketStore.open(directory);
    const beforeWrite = () => {
      throw new Error('aborted');
    };
    await expect(store.update('T-1', { status: 'closed' }, by({ beforeWrite }))).rejects.toThrow('aborted');
    expect((await store.get('T-1')).status).toBe('open');
  });
});
