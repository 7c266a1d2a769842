import { policyRequestOf } from '@countersign/policy-engine';
import { describe, expect, it } from 'vitest';
import { aSnapshot, anAdmittedJob, CLOCK } from '../testing/builders.js';
import { answerOf, type Engine } from './answer.js';
import { decideJob } from './decide-job.js';

const ALLOW = aSnapshot(`{version: v1, rules: [{id: all, match: {topics: ['job.>']}, decision: allow}]}`);
const { job, verified } = anAdmittedJob();
const REQUEST = policyRequestOf(job, verified, '2026-11-25T10:00:00.000Z');

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
    const decided = decideJob(anAdmittedJob(), ALLOW, CLOCK, broken as Engine);
    expect([decided.effect, decided.decision.type]).toEqual(['deny', 'DENY']);
  });

  it('is no reason to deny when it does not', () => {
    expect(answerOf(ALLOW, REQUEST)).toMatchObject({ type: 'ALLOW', rule_ids: ['all'] });
  });
});
