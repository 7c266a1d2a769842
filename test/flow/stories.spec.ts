import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cancelJobs } from './stories/cancel-jobs.js';
import { resolveApprovals } from './stories/resolve-approvals.js';
import { refuseRequests } from './stories/refuse-requests.js';
import { reviewOutputs } from './stories/review-outputs.js';
import { holdOpen } from './support/held-open.js';
import { plantedKey } from './support/planted-key.js';
import { MODES, usePlatform } from './support/platform.js';

describe.each(MODES)('the stories, %s', (mode) => {
  const platform = usePlatform(mode, { asCommand: true });

  describe('of the seven jobs', () => {
    it('a read is allowed, runs and is released (P1, D2)', async () => {
      const { api } = platform();
      const job = await api.submit({ topic: 'job.mcp-bridge.read.list_tickets' });
      const view = await api.reaches(job.job_id, 'COMPLETED');
      expect(view.rule_ids).toEqual(['allow-low-risk-read']);
      expect(view.attempts).toMatchObject([{ attempt: 1, outcome: 'succeeded' }]);
      expect(await api.output(job.job_id)).toMatchObject({ status: 200 });
    });

    it('a production write waits, is approved with a note, runs, and leaves its whole trail (H1, E1, E2, G1)', async () => {
      const { api } = platform();
      const job = await api.submit({
        topic: 'job.mcp-bridge.write.update_ticket',
        risk_tags: ['prod'],
        labels: { 'mcp.action': 'write' },
      });
      expect(job.state).toBe('SUBMITTED');
      await api.reaches(job.job_id, 'PENDING_APPROVAL');
      expect(await api.awaitsApproval(job.job_id)).toMatchObject({
        state: 'PENDING',
        job_hash: job.job_hash,
        job: { job_id: job.job_id, labels: { 'mcp.action': 'write' } },
      });
      expect((await api.job(job.job_id)).attempts).toEqual([]);
      expect(await api.output(job.job_id)).toMatchObject({ status: 409 });
      expect(await api.approve(job.job_id, 'ticket 4711')).toMatchObject({
        status: 200,
        body: { state: 'GRANTED', resolved_by: 'local-operator' },
      });
      await api.reaches(job.job_id, 'COMPLETED');
      expect(await api.approve(job.job_id)).toMatchObject({ status: 200, body: { state: 'GRANTED' } });
      expect(await api.call('POST', `/api/v1/approvals/${job.job_id}/deny`, {})).toMatchObject({
        status: 409,
        body: { code: 'already_resolved' },
      });
      const trail = await api.trailHas(
        job.trace_id,
        ...['job.v1', 'decision.v1', 'approval.resolved.v1', 'offer.v1', 'job.event.v1'],
        ...['result.v1', 'verdict.v1', 'output.v1'],
      );
      const votes = trail.find((item) => item.type === 'approval.resolved.v1');
      expect(JSON.stringify(votes?.summary)).toContain('ticket 4711');
    });

    it('a medium-risk command runs within its constraints (D1)', async () => {
      const { api } = platform();
      const job = await api.submit({
        topic: 'job.agent.exec.report',
        risk_tags: ['medium'],
        params: { command: ['echo', 'governed'] },
      });
      const view = await api.reaches(job.job_id, 'COMPLETED');
      expect(view.constraints).toMatchObject({ max_runtime_sec: 45, max_retries: 1 });
      expect(JSON.stringify((await api.output(job.job_id)).body)).toContain('governed');
    });

    it('a command past the tightest of two limits is killed with all it started, and timed out (D1)', async () => {
      const { api, workerDir } = platform();
      const { command, released } = await holdOpen(workerDir, 'timed-out');
      const job = await api.submit({
        topic: 'job.agent.exec.slow',
        risk_tags: ['medium', 'untrusted'],
        params: { command },
      });
      const view = await api.reaches(job.job_id, 'TIMED_OUT');
      expect(view.constraints).toMatchObject({ max_runtime_sec: 2, max_retries: 0 });
      expect(view.attempts).toHaveLength(1);
      await released;
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
      const { api, broker } = platform();
      const job = await api.submit(request);
      const view = await api.reaches(job.job_id, 'DENIED');
      expect(view.attempts).toEqual([]);
      await broker.settled();
      const trail = await api.trailHas(job.trace_id, 'decision.v1', 'job.event.v1');
      expect(trail.map((item) => item.subject)).toContain('event.job.default.gateway.denied');
      expect(trail.map((item) => item.type)).not.toContain('offer.v1');
    });

    it('a read of a file with a planted key is released redacted, and the key is nowhere in the trail (O1, O2, L15)', async () => {
      const { api, lines, workerDir } = platform();
      const key = plantedKey();
      await writeFile(join(workerDir, 'workspace/.env'), `AWS_ACCESS_KEY_ID=${key}\n`);
      const job = await api.submit({ topic: 'job.mcp-bridge.read.file', params: { file: '.env' } });
      await api.reaches(job.job_id, 'COMPLETED');
      const output = JSON.stringify((await api.output(job.job_id)).body);
      expect(output).toContain('[REDACTED:secret.aws-access-token]');
      expect(output).not.toContain(key);
      const trail = await api.trailHas(job.trace_id, 'result.v1', 'verdict.v1', 'output.v1');
      expect(trail.find((item) => item.type === 'verdict.v1')?.subject).toMatch(/^verdict\.redacted\./);
      expect(JSON.stringify(trail)).not.toContain(key);
      // The start of the platform stands there, so its lines are heard.
      expect(lines.join('\n')).toContain('"ready"');
      expect(lines.join('\n')).not.toContain(key);
    });
  });

  describe('of approvals', () => resolveApprovals(platform));
  describe('of a cancel', () => cancelJobs(platform));
  describe('of outputs', () => reviewOutputs(platform));
  describe('of requests', () => refuseRequests(platform));

  it('all stand in an audit chain that verifies', async () => {
    const { api, broker, database } = platform();
    await broker.settled();
    const { rows } = await database.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM audit_writer.entries',
    );
    expect(rows[0]!.n).toBeGreaterThan(20);
    expect(await api.verifiedEntries()).toBe(rows[0]!.n);
  });
});
