import { EventType } from '@countersign/contracts';
import { expect, it, vi } from 'vitest';
import { aRead, type BusProducer } from '../support/bus-producer.js';
import type { TestPlatform } from '../support/platform.js';

/** What becomes of messages that are no job. */
export function buryBadMessages(platform: () => TestPlatform, producer: () => BusProducer): void {
  const withMember = (member: string) => `{"topic":"job.a","tenant_id":"default",${member}}`;
  const withParams = (params: string) => withMember(`"params":${params}`);

  it.each([
    ['malformed JSON', '{', 'malformed_json', ''],
    ['a double member', withMember('"topic":"job.a"'), 'duplicate_key', '/topic'],
    ['an unknown member', withMember('"approved":true'), 'unknown_field', '/approved'],
    ['a wrong type', '{"topic":"job.a","tenant_id":7}', 'invalid_field', '/tenant_id'],
    ['another topic than its subject', '{"topic":"job.b","tenant_id":"default"}', 'topic_mismatch', '/topic'],
    ['a big integer', withParams('9007199254740993'), 'unsafe_integer', '/params'],
    ['too deep a value', withParams('['.repeat(80) + ']'.repeat(80)), 'too_deep', undefined],
    ['too large a body', withParams(`"${'a'.repeat(600_000)}"`), 'too_large', ''],
  ])(
    '%s becomes a dead letter with its reason, and is told (P20, F18)',
    async (_name, body, code, pointer) => {
      const { database } = platform();
      await database.query('DELETE FROM policy_evaluator.dead_letters');
      expect(await producer().send('a', body)).toBe('stored');
      await vi.waitFor(
        async () => {
          const { rows } = await database.query<{ dead_letter_id: string }>(
            'SELECT reason_code, pointer, dead_letter_id FROM policy_evaluator.dead_letters',
          );
          expect(rows).toMatchObject([{ reason_code: code, ...(pointer === undefined ? {} : { pointer }) }]);
          const told = await database.query(
            'SELECT 1 FROM audit_writer.entries WHERE type = $1 AND text LIKE $2',
            [EventType.DeadLetter, `%${rows[0]!.dead_letter_id}%`],
          );
          expect(told.rows).toHaveLength(1);
        },
        { timeout: 15_000 },
      );
    },
  );

  it('and the next job runs all the same', async () => {
    const job = aRead();
    await producer().submit(job);
    await producer().getsOutput(job.job_id);
  });
}
