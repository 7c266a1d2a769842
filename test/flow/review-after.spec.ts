import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import { describe, expect, it, vi } from 'vitest';
import type { Accepted } from './support/api.js';
import { MODES, usePlatform } from './support/platform.js';

interface ReviewView {
  readonly job_id: string;
  readonly state: string;
  readonly [member: string]: unknown;
}

describe.each(MODES)('work that is released and looked at afterwards, %s (H12)', (mode) => {
  const platform = usePlatform(mode, {
    env: { COUNTERSIGN_POLICIES: join(ROOT, 'test/flow/policies/review-after.yaml') },
  });
  const reviews = async (query = '') => {
    const answer = await platform().api.call<{ items: ReviewView[] }>('GET', `/api/v1/reviews${query}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.items;
  };
  const waits = (job: Accepted) =>
    vi.waitFor(
      async () => {
        const found = (await reviews('?state=waiting')).find(({ job_id }) => job_id === job.job_id);
        expect(found).toBeDefined();
        return found!;
      },
      { timeout: 30_000, interval: 50 },
    );
  const mark = (job: Accepted, verdict: string) =>
    platform().api.call('POST', `/api/v1/reviews/${job.job_id}/seen`, { verdict, note: 'ticket 4711' });

  it('runs without waiting, is listed, marked once, and the audit trail shows who looked', async () => {
    const { api } = platform();
    const job = await api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
    await api.reaches(job.job_id, 'COMPLETED');
    expect(await waits(job)).toMatchObject({
      state: 'waiting',
      job_hash: job.job_hash,
      topic: 'job.mcp-bridge.read.list_tickets',
      caller: 'local-producer',
      trace_id: job.trace_id,
      seen_by: null,
    });
    expect(await mark(job, 'problem')).toMatchObject({
      status: 200,
      body: { state: 'seen', verdict: 'problem', seen_by: 'local-operator' },
    });
    expect(await mark(job, 'problem')).toMatchObject({ status: 200 });
    expect(await mark(job, 'fine')).toMatchObject({ status: 409, body: { code: 'already_seen' } });
    expect((await reviews('?state=waiting')).map(({ job_id }) => job_id)).not.toContain(job.job_id);
    expect((await reviews('?state=seen&verdict=problem')).map(({ job_id }) => job_id)).toContain(job.job_id);
    const trail = await api.trailHas(job.trace_id, 'review.event.v1');
    expect(trail.filter(({ type }) => type === 'review.event.v1')).toMatchObject([
      { job_id: job.job_id, summary: { by: 'local-operator', verdict: 'problem', job_hash: job.job_hash } },
    ]);
    expect(await api.verifiedEntries()).toBeGreaterThan(0);
  });

  it('is listed as well where somebody had approved it before, and not where nobody is to look', async () => {
    const { api } = platform();
    const command = ['echo', 'done'];
    const unseen = await api.submit({ topic: 'job.agent.exec.echo', params: { command } });
    const asked = await api.submit({ topic: 'job.mcp-bridge.write.update_ticket' });
    await api.resolve(asked.job_id, 'approve');
    for (const job of [unseen, asked]) await api.reaches(job.job_id, 'COMPLETED');
    await waits(asked);
    expect(await mark(asked, 'fine')).toMatchObject({ status: 200 });
    // Told before the one that is on the list by now, so it would be on it as well.
    expect((await reviews()).map(({ job_id }) => job_id)).not.toContain(unseen.job_id);
    expect(await mark(unseen, 'fine')).toMatchObject({ status: 404 });
  });
});
