import { EventType, Header, Service, sourceOf } from '@countersign/contracts';
import type { Delivery } from '@countersign/messaging';
import { describe, expect, it } from 'vitest';
import { isTrusted, readFact, type Expectation } from './fact.js';

const DECISION: Expectation = { schema: null, type: EventType.Decision };
const RESULT: Expectation = { schema: null, type: EventType.Result, trusted: () => false };
const JOB: Expectation = { schema: null, type: EventType.Job, bare: true };

function aDelivery(
  stream: string,
  subject: string,
  type: string | undefined,
  source: string | undefined,
): Delivery {
  const headers: Record<string, string | undefined> = {
    ...(type !== undefined && { [Header.Id]: 'the-event-of-another', [Header.Type]: type }),
    [Header.Source]: source,
  };
  return {
    stream,
    seq: 7,
    subject,
    data: Buffer.from('{}'),
    storedAtMs: 1_000,
    deliveries: 1,
    header: (name) => headers[name],
  };
}

describe('a message on a subject of a service', () => {
  it.each([
    ['another service', sourceOf(Service.Gateway)],
    ['nobody', undefined],
    ['its publisher in other letters', '/Countersign/policy-evaluator'],
  ])(
    'that says it comes from %s is forged, and names neither its event nor its job (H04)',
    (_who, source) => {
      const delivery = aDelivery('DECISIONS', 'decision.allow.x', EventType.Decision, source);
      expect(readFact(delivery, DECISION)).toMatchObject({
        ok: false,
        id: 'DECISIONS:7:1000',
        problem: { code: 'forged' },
      });
      expect(isTrusted(DECISION, delivery)).toBe(false);
    },
  );

  it('that says it comes from its publisher is read', () => {
    const source = sourceOf(Service.PolicyEvaluator);
    const delivery = aDelivery('DECISIONS', 'decision.allow.x', EventType.Decision, source);
    expect(readFact(delivery, DECISION)).toMatchObject({ ok: true, fact: { id: 'the-event-of-another' } });
    expect(isTrusted(DECISION, delivery)).toBe(true);
  });

  it('is not by the publisher of another subject of its stream', () => {
    const source = sourceOf(Service.OutputScanner);
    const subject = 'event.scheduler.refused';
    const delivery = aDelivery('EVENTS', subject, EventType.Refused, source);
    expect(readFact(delivery, { schema: null, type: EventType.Refused })).toMatchObject({
      problem: { code: 'forged' },
    });
  });

  it('without an envelope is forged where producers may send without one (X08)', () => {
    const delivery = aDelivery('JOBS', 'from.gateway.job.x', undefined, undefined);
    expect(readFact(delivery, JOB)).toMatchObject({ ok: false, problem: { code: 'forged' } });
  });
});

describe('a message on a subject of producers or workers', () => {
  it.each([
    ['a result', 'RESULTS', 'result.mcp.x', EventType.Result, RESULT],
    ['a job', 'JOBS', 'from.agent.job.x', EventType.Job, JOB],
  ])(
    '%s may name any source: it is known by where it is stored',
    (_what, stream, subject, type, expected) => {
      const delivery = aDelivery(stream, subject, type, sourceOf(Service.Scheduler));
      expect(readFact(delivery, expected)).toMatchObject({ ok: true });
    },
  );

  it('may come without an envelope', () =>
    expect(readFact(aDelivery('JOBS', 'from.agent.job.x', undefined, undefined), JOB)).toMatchObject({
      ok: true,
      fact: { id: 'JOBS:7:1000' },
    }));
});
