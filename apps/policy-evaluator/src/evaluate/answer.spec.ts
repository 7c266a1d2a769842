import { Logger } from '@nestjs/common';
import { policyRequestOf } from '@countersign/policy-engine';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aSnapshot, anAdmittedJob, CLOCK } from '../testing/builders.js';
import { answerOf, isFailure, type Engine } from './answer.js';
import { decideJob } from './decide-job.js';

const ALLOW = aSnapshot(`{version: v1, rules: [{id: all, match: {topics: ['job.>']}, decision: allow}]}`);
const { job, verified } = anAdmittedJob();
const REQUEST = policyRequestOf(job, verified, '2026-11-25T10:00:00.000Z');

const alarms = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
afterEach(() => alarms.mockClear());

describe('an engine that fails (P13, case 2)', () => {
  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('token=s3cr3t');
      },
    ],
    [
      'runs out of stack',
      () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    ],
    ['gives null', () => null],
    ['gives nothing', () => undefined],
    ['gives a promise', () => Promise.resolve({ type: 'ALLOW' })],
    ['gives a word that is no decision', () => ({ type: 'MAYBE' })],
    ['gives a word in another spelling', () => ({ type: 'allow' })],
    ['gives a text', () => 'ALLOW'],
  ])('%s: denied, with a reason that quotes nothing', (_, broken) => {
    const answer = answerOf(ALLOW, REQUEST, broken as Engine);
    expect(answer).toMatchObject({
      type: 'DENY',
      reason_code: 'evaluation_error',
      rule_ids: [],
      constraints: {},
    });
    expect(answer.reason).not.toContain('s3cr3t');
    expect(isFailure(answer)).toBe(true);
    // Whoever looks at the platform hears of it, and nothing of the job.
    expect(JSON.stringify(alarms.mock.calls)).toContain('the engine gave no answer');
    expect(JSON.stringify(alarms.mock.calls)).not.toContain('s3cr3t');
    const decided = decideJob(anAdmittedJob(), ALLOW, CLOCK, broken as Engine);
    expect([decided.effect, decided.decision.type]).toEqual(['deny', 'DENY']);
  });

  it.each([
    ['a job that can not be judged', { resource: 'a/../b' }],
    ['a denial', { topic: 'job' }],
  ])('is not what %s is: anybody may send such a job', (_, over) => {
    const answer = answerOf(ALLOW, { ...REQUEST, ...over });
    expect([answer.type, isFailure(answer)]).toEqual(['DENY', false]);
  });

  it('is one of its own as well, such as a snapshot that breaks under it', () => {
    const broken = { ...ALLOW, index: { matching: () => [] as never } };
    expect(isFailure(answerOf(broken, REQUEST))).toBe(true);
  });

  it('is no reason to deny when it does not', () => {
    expect(answerOf(ALLOW, REQUEST)).toMatchObject({ type: 'ALLOW', rule_ids: ['all'] });
  });
});
