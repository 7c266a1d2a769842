import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealJob, type Constraints } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import type { Effect, RunContext } from '@countersign/worker';
import { agentHandler } from './agent/agent-handler.js';
import { mcpHandler } from './mcp/mcp-handler.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'handlers-'));
});
afterEach(() => rm(directory, { recursive: true }));

const aJob = (topic: string, params?: unknown) =>
  sealJob({ topic, tenant_id: 'default', params }, { jobId: newUlid(), agentId: 'agent' }).job;

function aRun(constraints: Constraints = {}): RunContext & { readonly effects: Effect[] } {
  const effects: Effect[] = [];
  return {
    runId: 'run_20260101T000000Z_0123abcd',
    attempt: 1,
    constraints,
    deadlineMs: performance.now() + 60_000,
    signal: new AbortController().signal,
    outputDir: directory,
    reportEffect: (effect) => void effects.push(effect),
    effects,
  };
}

describe('the pool mcp', () => {
  it('reads the list of tickets when nothing is asked for', async () => {
    const handle = await mcpHandler(directory);
    const run = aRun();
    expect(await handle(aJob('job.mcp-bridge.read.tickets'), run)).toMatchObject({
      status: 'succeeded',
      output: { tickets: ['T-1', 'T-2'] },
    });
    expect(run.effects).toEqual([]);
  });

  it('reads the planted settings file', async () => {
    const handle = await mcpHandler(directory);
    const { output } = await handle(aJob('job.mcp-bridge.read.read_file', { file: 'notes/.env' }), aRun());
    expect((output as { text: string }).text).toMatch(/AWS_ACCESS_KEY_ID=AKIA[A-Z2-7]{16}\n/);
  });

  it('updates T-1 when nothing is asked for, and tells the effect', async () => {
    const handle = await mcpHandler(directory);
    const run = aRun();
    const job = aJob('job.mcp-bridge.write.update_ticket');
    expect((await handle(job, run)).output).toMatchObject({
      ticket: 'T-1',
      status: 'open',
      updated_by: job.job_id,
    });
    expect(run.effects).toEqual([{ kind: 'file', op: 'write', target: 'tickets/T-1.json' }]);
  });

  it.each([
    ['job.mcp-bridge.read.tickets', { unknown: 1 }, 'invalid_params'],
    ['job.mcp-bridge.read.read_file', { file: '../tickets/T-1.json' }, 'path_outside'],
    ['job.mcp-bridge.write.update_ticket', { status: 'gone' }, 'invalid_params'],
    ['job.mcp-bridge.write.update_ticket', { ticket: 'T-99' }, 'ticket_not_found'],
    ['job.mcp-bridge.write.drop_table', {}, 'unknown_topic'],
  ])('refuses %s with %j as %s, without an effect (P22)', async (topic, params, code) => {
    const handle = await mcpHandler(directory);
    const run = aRun();
    await expect(handle(aJob(topic, params), run)).rejects.toMatchObject({ code });
    expect(run.effects).toEqual([]);
  });
});

describe('the pool agent', () => {
  it('runs an argument vector in the directory of the run', async () => {
    const run = aRun();
    expect(await agentHandler()(aJob('job.agent.exec.pwd', { command: ['pwd', '-P'] }), run)).toMatchObject({
      status: 'succeeded',
      output: { exit_code: 0, stdout: `${directory}\n` },
    });
    expect(run.effects).toEqual([{ kind: 'process', op: 'exec', target: 'pwd' }]);
  });

  it('runs a text with the shell, under the variables of its constraints', async () => {
    const run = aRun({ env: { GREETING: 'hello' } });
    expect(
      await agentHandler()(aJob('job.agent.exec.sh', { command: 'echo $GREETING; exit 2' }), run),
    ).toMatchObject({
      status: 'failed',
      output: { exit_code: 2, stdout: 'hello\n' },
      error: { code: 'exit_code' },
    });
  });

  it('refuses constraints that it can not keep', async () => {
    const job = aJob('job.agent.exec.sh', { command: 'true' });
    await expect(agentHandler()(job, aRun({ memory_mb: 64 }))).rejects.toMatchObject({
      code: 'unsupported_constraint',
    });
  });

  it.each([
    [{}],
    [{ command: [] }],
    [{ command: [''] }],
    [{ command: 'a\0b' }],
    [{ command: 'true', cwd: '/' }],
  ])('refuses the params %j', async (params) => {
    await expect(agentHandler()(aJob('job.agent.exec.sh', params), aRun())).rejects.toMatchObject({
      code: 'invalid_params',
    });
  });
});
