import { randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';

/** What the API answers. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface Accepted {
  readonly job_id: string;
  readonly trace_id: string;
  readonly state: string;
  readonly job_hash: string;
}

export interface JobView {
  readonly job_id: string;
  readonly trace_id: string;
  readonly state: string;
  readonly reason_code: string | null;
  readonly reason: string | null;
  readonly rule_ids: string[];
  readonly constraints: Record<string, unknown>;
  readonly attempts: {
    readonly attempt: number;
    readonly outcome: string | null;
    readonly run_id: string | null;
  }[];
}

export interface ApprovalView {
  readonly job_id: string;
  readonly job_hash: string;
  readonly state: string;
  readonly job: unknown;
}

export interface TimelineItem {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly job_id: string | null;
  readonly summary: Record<string, unknown>;
}

/** Long enough for whatever waits for a process to be started again. */
const PATIENTLY = { timeout: 30_000, interval: 50 };

/** The HTTP interface as a caller uses it. */
export class Api {
  /** Changes when the gateway is started again. */
  url = '';

  async call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as T,
      headers: response.headers,
    };
  }

  /** Submits a job of the tenant `default`. */
  async submit(job: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Accepted> {
    const body = { tenant_id: 'default', ...job };
    const answer = await this.call<Accepted>('POST', '/api/v1/jobs', body, headers);
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
    return answer.body;
  }

  /** The same, asking again with one idempotency key when the gateway dies over it. */
  async submitSurely(job: Record<string, unknown>): Promise<Accepted> {
    const headers = { 'idempotency-key': randomUUID() };
    return vi.waitFor(() => this.submit(job, headers), PATIENTLY);
  }

  async job(id: string): Promise<JobView> {
    const answer = await this.call<JobView>('GET', `/api/v1/jobs/${id}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  /** Waits until the job is in one of the states. */
  async reaches(id: string, ...states: string[]): Promise<JobView> {
    return vi.waitFor(async () => {
      const view = await this.job(id);
      expect(states).toContain(view.state);
      return view;
    }, PATIENTLY);
  }

  async output(id: string): Promise<Answer> {
    return this.call('GET', `/api/v1/jobs/${id}/output`);
  }

  /** The approvals that wait, or all of them. */
  async approvals(all = false): Promise<readonly ApprovalView[]> {
    const path = `/api/v1/approvals?include_resolved=${all}`;
    const answer = await this.call<{ items: ApprovalView[] }>('GET', path);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.items;
  }

  /** Waits until a job's approval is asked for. */
  async awaitsApproval(id: string): Promise<ApprovalView> {
    return vi.waitFor(async () => {
      const found = (await this.approvals()).find((item) => item.job_id === id);
      expect(found).toBeDefined();
      return found!;
    }, PATIENTLY);
  }

  async approve(id: string, note = 'ticket 4711'): Promise<Answer> {
    return this.call('POST', `/api/v1/approvals/${id}/approve`, { note });
  }

  /**
   * Resolves an approval as a person does who tries again while it is not there yet, or when there was no answer. Then
   * the first try may have counted.
   */
  async resolve(id: string, vote: 'approve' | 'deny', kind: 'job' | 'output' = 'job'): Promise<void> {
    const path = `/api/v1/approvals/${id}/${vote}?kind=${kind}`;
    let mayHaveCounted = false;
    await vi.waitFor(async () => {
      const answer = await this.call('POST', path, { note: 'ticket 4711' }).catch((error: unknown) => {
        mayHaveCounted = true;
        throw error;
      });
      if (answer.status >= 500) mayHaveCounted = true;
      const counted = answer.status === 200 || (mayHaveCounted && answer.body['code'] === 'already_resolved');
      expect(counted, `${answer.status} ${JSON.stringify(answer.body)}`).toBe(true);
    }, PATIENTLY);
  }

  async timeline(traceId: string): Promise<TimelineItem[]> {
    const answer = await this.call<{ items: TimelineItem[] }>('GET', `/api/v1/traces/${traceId}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.items;
  }

  /** Waits until the audit log has messages of all these types in a trace; gives the whole trail. */
  async trailHas(traceId: string, ...types: string[]): Promise<TimelineItem[]> {
    return vi.waitFor(async () => {
      const items = await this.timeline(traceId);
      expect(items.map((item) => item.type)).toEqual(expect.arrayContaining(types));
      return items;
    }, PATIENTLY);
  }

  /** Verifies the audit chain; gives how many entries it has. */
  async verifiedEntries(): Promise<number> {
    const answer = await this.call<{ ok: boolean; entries: number }>('GET', '/api/v1/audit/verify');
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    return answer.body.entries;
  }
}
