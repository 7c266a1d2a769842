import { describe, expect, it, vi } from 'vitest';
import { MAX_OUTPUT_QUESTIONS, type OutputQuestion } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import { aPolicy } from '../scan/judging.builders.js';
import { PolicyUnavailable, type ResultQuestion } from './ask-output-policy.js';
import { outputPolicyAsker } from './output-policy-asker.js';
import { readOutputAnswer } from './read-output-answer.js';

const question = (over: Partial<ResultQuestion> = {}): ResultQuestion => ({
  job_id: newUlid(),
  topic: 'job.x',
  findings: [{ rule: 'pii.EMAIL_ADDRESS', kind: 'pii', severity: 'medium', action: 'redact' }],
  ...over,
});

const answering = vi.fn(async (_subject: string, body: unknown) => {
  const { questions } = body as OutputQuestion;
  return { ok: true, answers: await Promise.all(questions.map(aPolicy())) };
});

describe('the questions of one turn', () => {
  it('travel together, and each has its own answer', async () => {
    answering.mockClear();
    const ask = outputPolicyAsker({ request: answering });
    const questions = [question(), question(), question()];
    const answers = await Promise.all(questions.map(ask));
    expect(answers.map(({ job_id }) => job_id)).toEqual(questions.map(({ job_id }) => job_id));
    expect(answering).toHaveBeenCalledTimes(1);
  });

  it('are cut into requests that the evaluator takes', async () => {
    answering.mockClear();
    const ask = outputPolicyAsker({ request: answering });
    await Promise.all(Array.from({ length: MAX_OUTPUT_QUESTIONS + 1 }, () => ask(question())));
    expect(answering).toHaveBeenCalledTimes(2);
  });

  it('have no answer when nobody is there', async () => {
    const ask = outputPolicyAsker({ request: () => Promise.reject(new Error('no responders')) });
    const all = await Promise.allSettled([ask(question()), ask(question())]);
    for (const one of all)
      expect(one.status === 'rejected' && one.reason instanceof PolicyUnavailable).toBe(true);
  });
});

describe('an answer', () => {
  const asked = [question()];
  const given = async (over: object = {}, answerOver: object = {}) => {
    const [answer] = await Promise.all(asked.map(aPolicy()));
    return { ok: true, answers: [{ ...answer, ...answerOver }], ...over };
  };

  it('is taken when it is about exactly what was asked', async () =>
    expect(readOutputAnswer(await given(), asked)).toHaveLength(1));

  it.each<[string, object, object]>([
    ['is refused', { ok: false }, {}],
    ['is about fewer jobs', { answers: [] }, {}],
    ['is about another job', {}, { job_id: newUlid() }],
    ['is about fewer findings', {}, { actions: [] }],
    [
      'is about another finding',
      {},
      {
        actions: [
          {
            rule: 'pii.OTHER',
            kind: 'pii',
            severity: 'medium',
            action: 'release',
            alert: false,
            rule_ids: [],
          },
        ],
      },
    ],
    [
      'is about another severity',
      {},
      {
        actions: [
          {
            rule: 'pii.EMAIL_ADDRESS',
            kind: 'pii',
            severity: 'low',
            action: 'release',
            alert: false,
            rule_ids: [],
          },
        ],
      },
    ],
    ['names no tenant', {}, { tenant_id: null }],
    ['names an unknown action', {}, { actions: [{ action: 'ignore' }] }],
  ])('that %s is none', async (_what, over, answerOver) =>
    expect(readOutputAnswer(await given(over, answerOver), asked)).toBeUndefined(),
  );

  it.each([undefined, null, 'ok', []])('is not %j', (nothing) =>
    expect(readOutputAnswer(nothing, asked)).toBeUndefined(),
  );
});
