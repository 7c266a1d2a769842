import { EventType, Service, Step } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServers, type TestServers } from '../flow/support/servers.js';
import { aBareJob, aDecision, AuditBench, said } from './support/audit-bench.js';

let servers: TestServers;
let log: AuditBench;

beforeAll(async () => {
  servers = await startServers();
  log = await AuditBench.open(servers);
});
afterAll(async () => {
  await log?.rig.close();
  await servers?.stop();
});

describe('a trace', () => {
  it('shows a tenant its job, with the bare request that knew neither its id nor its trace', async () => {
    const jobId = newUlid();
    const trace = '1'.repeat(32);
    const request = aBareJob({ tenant_id: 'default' });
    const cause = `JOBS:${request.seq}:${request.storedAtMs}`;
    await log.append(
      request,
      said(Service.PolicyEvaluator, Step.Decision, jobId, {
        body: aDecision(jobId, 'default'),
        trace,
        cause,
      }),
      said(Service.Scheduler, Step.Offer, jobId, { trace }),
      said(Service.OutputScanner, Step.Verdict, jobId, { trace }),
    );
    expect(await log.traceOf('default', trace)).toEqual([
      EventType.Job,
      EventType.Decision,
      EventType.Offer,
      EventType.Verdict,
    ]);
    expect(await log.traceOf('other', trace)).toEqual([]);
  });

  it('shows nobody what is of another tenant, even who names its job and its trace (N08)', async () => {
    const jobId = newUlid();
    const trace = '2'.repeat(32);
    const intruder = aBareJob({ job_id: jobId, tenant_id: 'intruder' }, trace, 'intruder');
    const intrudersCause = `JOBS:${intruder.seq}:${intruder.storedAtMs}`;
    await log.append(
      intruder,
      said(Service.PolicyEvaluator, Step.Decision, jobId, { body: aDecision(jobId, 'default'), trace }),
      said(Service.PolicyEvaluator, Step.Decision, jobId, {
        body: aDecision(jobId, 'intruder'),
        trace,
        id: `${jobId}:decision:2:${'d'.repeat(16)}`,
        cause: intrudersCause,
      }),
      said(Service.Scheduler, Step.Offer, jobId, { trace }),
      said(Service.OutputScanner, Step.Verdict, jobId, { trace }),
    );
    expect(await log.traceOf('intruder', trace)).toEqual([EventType.Job, EventType.Decision]);
    expect(await log.traceOf('default', trace)).toEqual([
      EventType.Decision,
      EventType.Offer,
      EventType.Verdict,
    ]);
  });

  it('shows nobody a job that another tenant’s account sent in their name (N08)', async () => {
    const trace = '4'.repeat(32);
    await log.append(aBareJob({ tenant_id: 'default' }, trace, 'intruder'));
    expect(await log.traceOf('default', trace)).toEqual([]);
    expect(await log.traceOf('intruder', trace)).toEqual([EventType.Job]);
  });

  it('shows an undecided job to the tenant for which the gateway sent it, and to no other', async () => {
    const jobId = newUlid();
    const trace = '3'.repeat(32);
    await log.append(
      said(Service.Gateway, Step.Job, jobId, { body: { job_id: jobId, tenant_id: 'default' }, trace }),
      said(Service.Scheduler, Step.Offer, jobId, { trace }),
      aBareJob({ job_id: jobId, tenant_id: 'intruder' }, trace, 'intruder'),
    );
    expect(await log.traceOf('default', trace)).toEqual([EventType.Job, EventType.Offer]);
    expect(await log.traceOf('intruder', trace)).toEqual([EventType.Job]);
  });
});
