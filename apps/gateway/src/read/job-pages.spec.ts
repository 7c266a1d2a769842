import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { StoredIntake } from '../intake/intake.store.js';
import { joinPages, pageOfRows } from './job-pages.js';

const row = (job_id: string): StoredIntake => ({
  tenant_id: 'default',
  job_id,
  job_hash: `sha256:${job_id}`,
  topic: 'job.a',
  agent_id: 'a',
  caller: 'c',
  trace_id: 't',
  created_at: '2026-11-20T14:00:00.000Z',
  ended_code: null,
  ended_at: null,
});
const newestFirst = (ids: Iterable<string>) => [...new Set(ids)].sort().reverse();
const pageAfter = (ids: readonly string[], after: string | null, limit: number) =>
  ids.filter((id) => after === null || id < after).slice(0, limit + 1);

it('joins the two lists of jobs page by page, every job once and in order', () => {
  const ids = fc.array(fc.stringMatching(/^[a-f]{2}$/), { maxLength: 30 });
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 1, max: 6 }), (intake, scheduled, limit) => {
      const [rows, jobs] = [newestFirst(intake), newestFirst(scheduled)];
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const own = pageOfRows(pageAfter(rows, after, limit).map(row), limit);
        const { items, next } = pageOfRows(pageAfter(jobs, after, limit).map(row), limit);
        const page = joinPages(own, { items: items.map((job) => ({ ...job })), next }, limit);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        if (page.next !== null) expect(page.items.length).toBeGreaterThan(0);
        seen.push(...page.items.map((job) => job.job_id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(newestFirst([...intake, ...scheduled]));
    }),
  );
});
