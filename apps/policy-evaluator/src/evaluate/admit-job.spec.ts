import { EDGE_PROOFS, EventType, Header, sealJob, VerifiedBy, type Topology } from '@countersign/contracts';
import type { Fact } from '@countersign/service-kit';
import { describe, expect, it } from 'vitest';
import { admitJob } from './admit-job.js';

const JOB_ID = '01JD4XQ8Z6T0V9K3M2N5P7R8S1';
const topology: Topology = {
  producers: [
    { name: 'p1', tenant: 'acme', agents: ['agent-a'] },
    { name: 'p2', tenant: 'acme', agents: ['*'] },
  ],
  pools: [],
};
const request = { topic: 'job.mcp-bridge.read.x', tenant_id: 'acme', job_id: JOB_ID };

function aFact(
  body: unknown,
  over: { producer?: string; text?: string; headers?: Record<string, string> } = {},
): Fact<unknown> {
  return {
    id: 'JOBS:7:1700000000000',
    type: EventType.Job,
    subject: `from.${over.producer ?? 'p1'}.job.mcp-bridge.read.x`,
    stream: 'JOBS',
    seq: 7,
    storedAtMs: 1_700_000_000_000,
    jobId: undefined,
    causationId: undefined,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    traceId: 'a'.repeat(32),
    body,
    text: over.text ?? JSON.stringify(body),
    digest: 'sha256:x',
    header: (name) => over.headers?.[name],
  };
}

describe('admitting a job', () => {
  it('takes tenant and agent from the account, not from the body', () => {
    expect(admitJob(aFact(request), topology)).toMatchObject({
      kind: 'admitted',
      job: {
        verified: { producer: 'p1', caller: 'p1', tenant_id: 'acme', agent_id: 'p1', by: 'account' },
        tail: 'mcp-bridge.read.x',
      },
    });
  });

  it.each([
    [{ ...request, tenant_id: 'victim' }, 'tenant_mismatch'],
    [{ ...request, agent_id: 'agent-b' }, 'agent_not_allowed'],
  ])('refuses %j as %s', (body, code) =>
    expect(admitJob(aFact(body), topology)).toMatchObject({
      kind: 'refused',
      refusal: { code, tenant: 'acme', producer: 'p1' },
    }),
  );

  it('admits an agent that the producer may act for, by name or by wildcard', () => {
    expect(admitJob(aFact({ ...request, agent_id: 'agent-a' }), topology).kind).toBe('admitted');
    expect(admitJob(aFact({ ...request, agent_id: 'agent-b' }, { producer: 'p2' }), topology).kind).toBe(
      'admitted',
    );
  });

  it.each([
    [{ ...request, topic: 'job.other' }, 'topic_mismatch', '/topic'],
    [{ ...request, approved: true }, 'unknown_field', '/approved'],
    [{ ...request, v: 1 }, 'unknown_field', '/v'],
    [null, 'invalid_field', ''],
  ])('calls %j malformed: %s (H02)', (body, code, pointer) =>
    expect(admitJob(aFact(body), topology)).toMatchObject({ kind: 'malformed', problem: { code, pointer } }),
  );

  it('refuses a producer that the topology does not know', () =>
    expect(admitJob(aFact(request, { producer: 'stranger' }), topology)).toMatchObject({
      problem: { code: 'forged' },
    }));

  it('gives a job without an id the same id on every delivery', () => {
    const { job_id: _id, ...bare } = request;
    const idOf = () => {
      const admission = admitJob(aFact(bare), topology);
      return admission.kind === 'admitted' ? admission.job.job.job_id : admission.kind;
    };
    expect(idOf()).toMatch(/^[0-9A-Z]{26}$/);
    expect(idOf()).toBe(idOf());
  });

  describe('from the gateway', () => {
    const sealed = sealJob(request, { jobId: JOB_ID, agentId: 'local-producer' });
    const body = JSON.parse(sealed.text) as unknown;
    const named = { [Header.VerifiedCaller]: 'local-producer', [Header.VerifiedBy]: VerifiedBy.Loopback };
    const admit = (headers: Record<string, string>, text = sealed.text) =>
      admitJob(aFact(body, { producer: 'gateway', text, headers }), topology);

    it('keeps the bytes that the gateway made', () =>
      expect(admit(named)).toMatchObject({
        kind: 'admitted',
        job: {
          text: sealed.text,
          hash: sealed.hash,
          verified: { producer: 'gateway', caller: 'local-producer' },
        },
      }));

    it.each(EDGE_PROOFS)('says that the caller is known by %s when the gateway does', (by) =>
      expect(admit({ ...named, [Header.VerifiedBy]: by })).toMatchObject({ job: { verified: { by } } }),
    );

    it('refuses bytes that are not canonical, and a message that names no caller (H06)', () => {
      expect(admit(named, `${sealed.text} `)).toMatchObject({ problem: { code: 'digest_mismatch' } });
      expect(admit({ [Header.VerifiedBy]: VerifiedBy.ApiKey })).toMatchObject({
        problem: { code: 'invalid_envelope' },
      });
    });

    it.each(['', 'root', VerifiedBy.Account, 'API_KEY'])(
      'takes %j for no way to know a caller, and decides nothing by it',
      (by) =>
        expect(admit({ ...named, [Header.VerifiedBy]: by })).toMatchObject({
          kind: 'malformed',
          problem: { code: 'invalid_envelope' },
        }),
    );

    it('decides nothing when it is not said how the caller is known', () =>
      expect(admit({ [Header.VerifiedCaller]: 'local-producer' })).toMatchObject({ kind: 'malformed' }));

    it.each(EDGE_PROOFS)('does not believe the headers of anybody else, not with the proof %s', (by) => {
      const headers = { [Header.VerifiedCaller]: 'root', [Header.VerifiedBy]: by };
      expect(admitJob(aFact(request, { headers }), topology)).toMatchObject({
        job: { verified: { producer: 'p1', caller: 'p1', by: VerifiedBy.Account } },
      });
    });
  });
});

describe('admitting a job that a reviewer has edited (H8)', () => {
  const edited = sealJob(
    { ...request, agent_id: 'agent-a', params: { amount: 90 } },
    { jobId: JOB_ID, agentId: '' },
  );
  const headers = {
    [Header.VerifiedCaller]: 'ann',
    [Header.VerifiedProducer]: 'p1',
    [Header.VerifiedBy]: VerifiedBy.Account,
  };
  const admitted = (over: Parameters<typeof aFact>[1]) =>
    admitJob(
      aFact(edited.job, { producer: 'approval-service', text: edited.text, headers, ...over }),
      topology,
    );

  it('takes it for the job of who sent the original', () => {
    expect(admitted({})).toMatchObject({
      kind: 'admitted',
      job: {
        hash: edited.hash,
        verified: { producer: 'p1', caller: 'ann', tenant_id: 'acme', agent_id: 'agent-a', by: 'account' },
      },
    });
  });

  it.each(Object.keys(headers))('knows nobody without %s', (name) => {
    expect(admitted({ headers: { ...headers, [name]: '' } })).toMatchObject({
      kind: 'malformed',
      problem: { code: 'invalid_envelope' },
    });
  });

  it('takes no other bytes than the canonical ones', () => {
    expect(admitted({ text: `${edited.text} ` })).toMatchObject({ problem: { code: 'digest_mismatch' } });
  });

  it('believes the same headers from no producer', () => {
    const forged = admitJob(
      aFact({ ...request, agent_id: 'agent-b' }, { producer: 'p1', headers }),
      topology,
    );
    expect(forged).toMatchObject({ kind: 'refused', refusal: { code: 'agent_not_allowed' } });
  });
});

describe('admitting a job that findings were taken out of (O6)', () => {
  const redacted = sealJob({ ...request, agent_id: 'agent-a', params: {} }, { jobId: JOB_ID, agentId: '' });
  const original = `01JD4XQ8Z6T0V9K3M2N5P7R8S9 sha256:${'a'.repeat(64)}`;
  const headers = {
    [Header.VerifiedCaller]: 'ann',
    [Header.VerifiedProducer]: 'p1',
    [Header.VerifiedBy]: VerifiedBy.Account,
    [Header.Replaces]: original,
  };
  const admitted = (producer: string, over: Record<string, string> = {}) =>
    admitJob(
      aFact(redacted.job, { producer, text: redacted.text, headers: { ...headers, ...over } }),
      topology,
    );

  it('takes it for the job of who sent the original, and says which one that is', () => {
    const [job_id, job_hash] = original.split(' ');
    expect(admitted('policy-evaluator')).toMatchObject({
      kind: 'admitted',
      job: {
        hash: redacted.hash,
        verified: { producer: 'p1', caller: 'ann' },
        replaces: { job_id, job_hash },
      },
    });
  });

  it.each(['', 'x', original.slice(0, 40), original.replace(' ', '  ')])(
    'does not take %j for an original',
    (name) => {
      expect(admitted('policy-evaluator', { [Header.Replaces]: name })).toMatchObject({
        problem: { code: 'invalid_envelope' },
      });
    },
  );

  it('believes from nobody else that it replaces one', () => {
    expect(admitted('approval-service')).not.toMatchObject({
      job: { replaces: expect.anything() as unknown },
    });
  });
});
