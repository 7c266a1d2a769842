import { randomUUID } from 'node:crypto';
import { isTerminal, type JobState } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { expect, vi } from 'vitest';
import type { Accepted as Answer } from '../../flow/support/api.js';
import type { TestPlatform } from '../../flow/support/platform.js';
import type { Accepted, TenantToken } from '../checker/history.js';

/** What a job of the load is to do: the last word of its topic. */
export type Kind = 'run' | 'ask' | 'brief' | 'deny';

/** The one tenant that a caller on loopback and the only producer of the test topology have. */
const TENANT = 'default';
/** Longest that anybody waits for a job to end, in milliseconds. */
const PATIENCE_MS = 90_000;

/** Sends jobs, answers what is asked, and remembers what it was promised. */
export class Load {
  readonly accepted: Accepted[] = [];
  /** In the params of all its jobs. */
  readonly token: TenantToken = { tenantId: TENANT, token: `token-${newUlid()}` };

  constructor(private readonly platform: TestPlatform) {}

  /** Submits a job until it is accepted. `params` say how the worker is to run it; what asks is approved. */
  async submit(
    kind: Kind,
    params: Record<string, unknown> = {},
    { isApproved = true, labels = {} }: { isApproved?: boolean; labels?: Record<string, string> } = {},
  ): Promise<string> {
    const { tenantId, token } = this.token;
    const body = {
      tenant_id: tenantId,
      topic: `job.example.${kind}`,
      params: { token, ...params },
      labels,
    };
    // One key for all tries: an answer that was lost counts as well.
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await vi.waitFor(
      async () => {
        const { status, body: told } = await this.platform.api.call<Answer>(
          'POST',
          '/api/v1/jobs',
          body,
          headers,
        );
        expect(status, JSON.stringify(told)).toBe(202);
        return told;
      },
      { timeout: PATIENCE_MS, interval: 100 },
    );
    this.promise({ jobId: answer.job_id, tenantId, jobHash: answer.job_hash, mayRun: kind !== 'deny' });
    if (kind === 'ask' && isApproved) void this.approve(answer.job_id);
    return answer.job_id;
  }

  /** Notes what somebody was told. */
  promise(accepted: Accepted): void {
    this.accepted.push(accepted);
  }

  /** Sends a mix of jobs, a few at once. */
  async mix(count: number): Promise<void> {
    const kinds: Kind[] = Array.from({ length: count }, (_, i) =>
      i % 10 === 9 ? 'deny' : i % 5 === 3 ? 'ask' : 'run',
    );
    const lane = async () => {
      for (let kind = kinds.shift(); kind; kind = kinds.shift()) await this.submit(kind);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }

  /** Waits until every accepted job has ended, by the scheduler's own table. Of those that never do the checker tells. */
  async ended(patienceMs = PATIENCE_MS): Promise<void> {
    await vi
      .waitFor(async () => expect(await this.open()).toEqual([]), { timeout: patienceMs, interval: 50 })
      .catch(() => undefined);
  }

  private async open(): Promise<readonly string[]> {
    const ids = this.accepted.map(({ jobId }) => jobId);
    const { rows } = await this.platform.database.query<{ job_id: string; state: JobState }>(
      'SELECT job_id, state FROM scheduler.jobs WHERE job_id = ANY($1)',
      [ids],
    );
    const ended = new Set(rows.filter(({ state }) => isTerminal(state)).map(({ job_id }) => job_id));
    return ids.filter((id) => !ended.has(id));
  }

  /** Approves a job as soon as somebody asks. */
  async approve(jobId: string): Promise<void> {
    await vi
      .waitFor(
        async () => {
          const path = `/api/v1/approvals/${jobId}/approve?kind=job`;
          const { status, body } = await this.platform.api.call('POST', path, { note: 'looked at' });
          expect(status === 200 || body['code'] === 'already_resolved', JSON.stringify(body)).toBe(true);
        },
        { timeout: PATIENCE_MS, interval: 100 },
      )
      // A job that nobody could approve stays open: the checker says so.
      .catch(() => undefined);
  }
}
