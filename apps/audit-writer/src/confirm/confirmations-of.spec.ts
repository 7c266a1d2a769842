import { describe, expect, it } from 'vitest';
import { eventId, MAX_PAYLOAD_BYTES, Service, Step, type Audited } from '@countersign/contracts';
import type { Message } from '../read-message/message.js';
import { confirmationsOf, type Shown } from './confirmations-of.js';
import { isAnswered, stepOwner } from './step-owner.js';

const HASH = `sha256:${'b'.repeat(64)}`;
const idOf = (step: Step) => eventId('01JD4XQ8Z6T0V9K3M2N5P7R8S1', step, 0, HASH);
const message = (service: Service, id: string, answers?: string): Message => ({
  stream: 'EVENTS',
  seq: 1,
  drafts: [],
  owner: { service, eventId: id },
  ...(answers === undefined ? {} : { answers: [answers] }),
});
const bodiesOf = (messages: readonly Message[], shown: Shown) =>
  Object.fromEntries(
    confirmationsOf(messages, shown).map((sent) => [sent.subject, JSON.parse(sent.body) as Audited]),
  );
const from = (firstSeq: number | undefined): Shown => ({ firstSeq, answeredBefore: [] });

describe('confirmations', () => {
  it.each([
    [Step.Job, Service.Gateway],
    [Step.Decision, Service.PolicyEvaluator],
    [Step.Approval, Service.ApprovalService],
    [Step.OutputApproval, Service.ApprovalService],
    [Step.Offer, Service.Scheduler],
    [Step.Verdict, Service.OutputScanner],
    [Step.Release, Service.OutputScanner],
    [Step.Output, Service.Scheduler],
    [Step.Result, undefined],
  ])('of an answered %s go to %s', (step, service) => expect(stepOwner(idOf(step))).toBe(service));

  it('of job events go to the scheduler, which waits for no answer, and of ids without a step to nobody', () => {
    const event = `01J:event-running:1:${'b'.repeat(16)}`;
    expect(stepOwner(event)).toBe(Service.Scheduler);
    expect(isAnswered(event)).toBe(false);
    for (const id of ['', 'JOBS:42', 'x:constructor:0:bbbbbbbbbbbbbbbb', 'x:job:0:short']) {
      expect(stepOwner(id)).toBeUndefined();
      expect(isAnswered(id)).toBe(false);
    }
  });

  it.each(Object.values(Step))('know whether anybody answers a %s', (step) =>
    expect(isAnswered(idOf(step))).toBe(step !== Step.Output && step !== Step.Result),
  );

  it('of answers that the log had before go to who asked', () => {
    const decision = message(Service.PolicyEvaluator, idOf(Step.Decision));
    expect(bodiesOf([decision], { firstSeq: undefined, answeredBefore: [idOf(Step.Decision)] })).toEqual({
      'event.audit.appended.policy-evaluator': {
        appended: [idOf(Step.Decision)],
        answered: [idOf(Step.Decision)],
      },
    });
  });

  it('tell each owner once what is stored, and each asker what is answered', () => {
    const decision = message(Service.PolicyEvaluator, idOf(Step.Decision), idOf(Step.Job));
    const offer = message(Service.Scheduler, idOf(Step.Offer), idOf(Step.Decision));
    expect(bodiesOf([decision, decision, offer], from(7))).toEqual({
      'event.audit.appended.policy-evaluator': {
        appended: [idOf(Step.Decision)],
        answered: [idOf(Step.Decision)],
      },
      'event.audit.appended.gateway': { appended: [], answered: [idOf(Step.Job)] },
      'event.audit.appended.scheduler': { appended: [idOf(Step.Offer)], answered: [] },
    });
  });

  it('are named by the first new entry, and by nothing known before when there is none', () => {
    const messages = [message(Service.Scheduler, 'e1')];
    expect(confirmationsOf(messages, from(7))[0]).toMatchObject({
      id: 'audit:7:scheduler',
      source: '/countersign/audit-writer',
    });
    const [first, second] = [1, 2].map(() => confirmationsOf(messages, from(undefined)));
    expect(first![0]!.id).not.toBe(second![0]!.id);
  });

  it('are split below what the broker takes, each part with its own id', () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      message(Service.Scheduler, `${i}`.padEnd(256, '\u{1F600}'), idOf(Step.Job)),
    );
    const sent = confirmationsOf(many, from(1));
    const parts = sent.filter((s) => s.subject.endsWith('.scheduler'));
    expect(parts.length).toBeGreaterThan(1);
    expect(new Set(sent.map((s) => s.id)).size).toBe(sent.length);
    expect(parts.flatMap((s) => (JSON.parse(s.body) as Audited).appended)).toHaveLength(5000);
    for (const { body } of sent) expect(Buffer.byteLength(body)).toBeLessThan(MAX_PAYLOAD_BYTES);
  });

  it('of nothing are none', () => expect(confirmationsOf([], from(1))).toEqual([]));
});
