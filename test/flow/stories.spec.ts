import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestPlatform } from './support/platform.js';
import { MODES, startTestPlatform } from './support/platform.js';

describe.each(MODES)('the seven stories, %s', (mode) => {
  let platform: TestPlatform;
  beforeAll(async () => {
    platform = await startTestPlatform(mode);
  });
  afterAll(async () => {
    await platform?.stop();
  });
  const types = async (traceId: string) => (await platform.api.timeline(traceId)).map((item) => item.type);

  it('a read is allowed, runs and is released (P1, D2)', async () => {
    const job = await platform.api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
    const view = await platform.api.reaches(job.job_id, 'COMPLETED');
    expect(view.rule_ids).toEqual(['allow-low-risk-read']);
    expect(view.attempts).toHaveLength(1);
    expect((await platform.api.output(job.job_id)).status).toBe(200);
  });

  it('a production write waits, is approved with a note, runs, and leaves its whole trail (H1, E1, E2, G1)', async () => {
    const { api } = platform;
    const job = await api.submit({
      topic: 'job.mcp-bridge.write.update_ticket',
      risk_tags: ['prod'],
      labels: { 'mcp.action': 'write' },
    });
    expect(job.state).toBe('SUBMITTED');
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    const waiting = await vi.waitFor(async () => {
      const list = await api.call<{
        items: { job_id: string; job_hash: string; job: unknown; state: string }[];
      }>('GET', '/api/v1/approvals?include_resolved=false');
      const found = list.body.items.find((item) => item.job_id === job.job_id);
      expect(found).toBeDefined();
      return found!;
    });
    expect(waiting).toMatchObject({ state: 'PENDING', job_hash: job.job_hash });
    expect((await api.output(job.job_id)).status).toBe(409);
    const approved = await api.approve(job.job_id);
    expect(approved).toMatchObject({
      status: 200,
      body: { state: 'GRANTED', resolved_by: 'local-operator' },
    });
    await api.reaches(job.job_id, 'COMPLETED');
    expect(await api.approve(job.job_id)).toMatchObject({ status: 409, body: { code: 'already_resolved' } });
    await vi.waitFor(async () => {
      const seen = await types(job.trace_id);
      for (const type of [
        'job.v1',
        'decision.v1',
        'approval.resolved.v1',
        'offer.v1',
        'job.event.v1',
        'result.v1',
        'verdict.v1',
        'output.v1',
      ])
        expect(seen).toContain(type);
    });
    const votes = (await api.timeline(job.trace_id)).find((item) => item.type === 'approval.resolved.v1')!;
    expect(JSON.stringify(votes.summary)).toContain('ticket 4711');
  });

  it('a denied approval ends the job and no worker sees it', async () => {
    const { api } = platform;
    const job = await api.submit({ topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] });
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    await vi.waitFor(async () =>
      expect((await api.call('POST', `/api/v1/approvals/${job.job_id}/deny`, { note: 'no' })).status).toBe(
        200,
      ),
    );
    expect((await api.reaches(job.job_id, 'REJECTED')).attempts).toEqual([]);
    expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
  });

  it('a medium-risk command runs within its constraints (D1)', async () => {
    const job = await platform.api.submit({
      topic: 'job.agent.exec.report',
      risk_tags: ['medium'],
      params: { command: ['echo', 'governed'] },
    });
    const view = await platform.api.reaches(job.job_id, 'COMPLETED');
    expect(view.constraints).toMatchObject({ max_runtime_sec: 45, max_retries: 1 });
    expect(JSON.stringify((await platform.api.output(job.job_id)).body)).toContain('governed');
  });

  it('a command past the tightest of two limits is killed and timed out (D1)', async () => {
    const marker = join(platform.servers.stateDir, 'survived');
    const job = await platform.api.submit({
      topic: 'job.agent.exec.slow',
      risk_tags: ['medium', 'untrusted'],
      params: { command: ['sh', '-c', `sleep 6; echo still here > ${marker}`] },
    });
    const view = await platform.api.reaches(job.job_id, 'TIMED_OUT');
    expect(view.constraints).toMatchObject({ max_runtime_sec: 2, max_retries: 0 });
    expect(view.attempts).toHaveLength(1);
    await expect(readFile(marker)).rejects.toThrow();
  });

  it.each([
    ['a destructive topic', { topic: 'job.mcp-bridge.write.delete_ticket', risk_tags: ['prod'] }],
    [
      'an untagged rm -rf',
      { topic: 'job.agent.exec.shell', params: { command: ['sh', '-c', 'rm -rf /srv'] } },
    ],
    [
      'a medium-tagged rm -rf',
      { topic: 'job.agent.exec.shell', risk_tags: ['medium'], params: { command: 'rm  -fr "/srv"' } },
    ],
    ['a topic that no rule names', { topic: 'job.other.thing' }],
  ])('%s is denied and no worker ever sees it (D2)', async (_name, request) => {
    const job = await platform.api.submit(request);
    const view = await platform.api.reaches(job.job_id, 'DENIED');
    expect(view.attempts).toEqual([]);
    await vi.waitFor(async () => expect(await types(job.trace_id)).toContain('decision.v1'));
    expect(await types(job.trace_id)).not.toContain('offer.v1');
  });

  it('a read of a file with a planted key is released redacted, and the key is nowhere in the trail (O1, O2, L15)', async () => {
    const { api } = platform;
    const key = `AKIA${[...randomBytes(16)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('')}`;
    await writeFile(join(platform.servers.stateDir, 'worker/workspace/.env'), `AWS_ACCESS_KEY_ID=${key}\n`);
    const job = await api.submit({ topic: 'job.mcp-bridge.read.file', params: { file: '.env' } });
    await api.reaches(job.job_id, 'COMPLETED');
    const output = JSON.stringify((await api.output(job.job_id)).body);
    expect(output).toContain('[REDACTED:aws-access-key-id]');
    expect(output).not.toContain(key);
    const verdict = await vi.waitFor(async () => {
      const item = (await api.timeline(job.trace_id)).find((entry) => entry.type === 'verdict.v1');
      expect(item).toBeDefined();
      return item!;
    });
    expect(verdict.subject).toMatch(/^verdict\.redacted\./);
    expect(JSON.stringify(await api.timeline(job.trace_id))).not.toContain(key);
    expect(platform.lines.join('\n')).not.toContain(key);
  });

  it('the audit chain verifies', async () => {
    const answer = await platform.api.call<{ ok: boolean; entries: number }>('GET', '/api/v1/audit/verify');
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(answer.body.entries).toBeGreaterThan(20);
  });

  it('a cancelled job that waits for approval ends, and its approval is withdrawn (D16)', async () => {
    const { api } = platform;
    const job = await api.submit({ topic: 'job.mcp-bridge.write.update_ticket', risk_tags: ['prod'] });
    await api.reaches(job.job_id, 'PENDING_APPROVAL');
    expect((await api.call('POST', `/api/v1/jobs/${job.job_id}/cancel`)).status).toBe(200);
    await api.reaches(job.job_id, 'CANCELLED');
    await vi.waitFor(async () => {
      const list = await api.call<{ items: { job_id: string }[] }>(
        'GET',
        '/api/v1/approvals?include_resolved=false',
      );
      expect(list.body.items.map((item) => item.job_id)).not.toContain(job.job_id);
    });
  });

  it('a running command is stopped by a cancel (D16)', async () => {
    const { api } = platform;
    const job = await api.submit({
      topic: 'job.agent.exec.long',
      risk_tags: ['medium'],
      params: { command: ['sleep', '40'] },
    });
    await api.reaches(job.job_id, 'RUNNING');
    expect((await api.call('POST', `/api/v1/jobs/${job.job_id}/cancel`)).status).toBe(200);
    await api.reaches(job.job_id, 'CANCELLED');
  });

  it('the same idempotency key gives the same job, and another body 422 (X07)', async () => {
    const { api } = platform;
    const body = { topic: 'job.mcp-bridge.read.list_tickets', tenant_id: 'default' };
    const headers = { 'idempotency-key': `key-${mode}` };
    const first = await api.call<{ job_id: string }>('POST', '/api/v1/jobs', body, headers);
    const second = await api.call<{ job_id: string }>('POST', '/api/v1/jobs', body, headers);
    expect(second).toMatchObject({ status: 202, body: { job_id: first.body.job_id } });
    const other = await api.call('POST', '/api/v1/jobs', { ...body, risk_tags: ['prod'] }, headers);
    expect(other.status).toBe(422);
  });

  it.each([
    ['{', 'malformed_json', undefined],
    ['{"topic":"job.a","topic":"job.b","tenant_id":"default"}', 'duplicate_key', '/topic'],
    ['{"topic":"job.a","tenant_id":"default","approved":true}', 'unknown_field', '/approved'],
    ['{"topic":"jobs.a","tenant_id":"default"}', 'invalid_field', '/topic'],
    ['{"topic":"job.a","tenant_id":"default","params":9007199254740993}', 'unsafe_integer', '/params'],
  ])('refuses %s with a problem document (P20, H02)', async (body, code, pointer) => {
    const answer = await platform.api.call('POST', '/api/v1/jobs', body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code, ...(pointer === undefined ? {} : { pointer }) });
  });
});
