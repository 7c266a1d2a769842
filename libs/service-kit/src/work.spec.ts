import { EventType, Service, Subjects } from '@countersign/contracts';
import { sqlOver } from '@countersign/persistence';
import { describe, expect, it } from 'vitest';
import { Work } from './work.js';

const sql = sqlOver(() => Promise.resolve([]));
const work = () =>
  new Work(sql, Service.ApprovalService, {
    [EventType.ApprovalResolved]: (body) => ({ ...(body as object), seal: 'sealed' }),
  });
const subject = Subjects.approvalJob.address({ outcome: 'granted', tail: 'a.b' });
const resolved = { subject, id: 'one', type: EventType.ApprovalResolved };

describe('a message of a type that is sealed', () => {
  it('has its seal before its outbox row is written, and others have none (H06)', () => {
    const sealing = work();
    sealing.emit({ ...resolved, body: { outcome: 'granted' } });
    sealing.emit({ ...resolved, type: EventType.JobEvent, body: { jobs: [] } });
    expect(sealing.pending.map(({ text }) => text)).toEqual([
      '{"outcome":"granted","seal":"sealed"}',
      '{"jobs":[]}',
    ]);
  });

  it('can not leave as text, without a seal (H06)', () => {
    expect(() => work().emit({ ...resolved, text: '{}' })).toThrow('sealed as a body');
  });
});
