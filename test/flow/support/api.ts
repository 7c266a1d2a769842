import { expect, vi } from 'vitest';

/** What the API answers. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
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

export interface TimelineItem {
  readonly seq: number;
  readonly type: string;
  readonly subject: string;
  readonly job_id: string | null;
  readonly summary: Record<string, unknown>;
}

/** The HTTP interface as a caller uses it. */
export class Api {
  constructor(readonly url: string) {}

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

  async submit(
    job: Record<string, unknown>,
  ): Promise<{ job_id: string; trace_id: string; state: string; job_hash: string }> {
    const answer = await this.call<{ job_id: string; trace_id: string; state: string; job_hash: string }>(
      'POST',
      '/api/v1/jobs',
      {
        tenant_id: 'default',
        ...job,
      },
    );
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 202 });
    return answer.body;
  }

  async job(id: string): Promise<JobView> {
    const answer = await this.call<JobView>('GET', `/api/v1/jobs/${id}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  /** Waits until the job is in one of the states. */
  async reaches(id: string, ...states: string[]): Promise<JobView> {
    return vi.waitFor(
      async () => {
        const view = await this.job(id);
        expect(states).toContain(view.state);
        return view;
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  async output(id: string): Promise<Answer> {
    return this.call('GET', `/api/v1/jobs/${id}/output`);
  }

  async approve(id: string, note = 'ticket 4711'): Promise<Answer> {
    return this.call('POST', `/api/v1/approvals/${id}/approve`, { note });
  }

  async timeline(traceId: string): Promise<TimelineItem[]> {
    const answer = await this.call<{ items: TimelineItem[] }>('GET', `/api/v1/traces/${traceId}`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.items;
  }
}
