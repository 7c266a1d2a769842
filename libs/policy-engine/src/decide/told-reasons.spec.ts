import { describe, expect, it } from 'vitest';
import { aRequest, aSnapshotOf } from '../testing/builders.js';
import { decide } from './decide.js';
import type { PolicyRequest } from './policy-request.js';

const BLOCKS: Readonly<Record<string, object>> = {
  throttle: { throttle: { rate: '1/day' } },
  allow_with_constraints: { constraints: { max_retries: 1 } },
};
const ALL = { topics: ['job.>'] };
const onlyRule = (decision: string, more: object = {}) =>
  aSnapshotOf([{ id: 'r', decision, match: ALL, ...BLOCKS[decision], ...more }]);

describe('what is told of a decision', () => {
  it.each([
    ['allow', 'Allowed by rule r.'],
    ['allow_with_constraints', 'Allowed within the constraints of rule r.'],
    ['throttle', 'Rule r limits the rate.'],
    ['require_approval', 'Rule r requires an approval.'],
    ['deny', 'Denied by rule r.'],
  ])('is, of a rule that says %s and no reason: %s', (decision, reason) => {
    expect(decide(onlyRule(decision), aRequest())).toMatchObject({
      reason,
      reasonCode: 'rule',
      ruleIds: ['r'],
    });
    expect(decide(onlyRule(decision, { reason: 'Because' }), aRequest()).reason).toBe('Because');
  });

  it.each(['deny', 'require_approval'])('is the code that the rule gives: %s', (decision) => {
    const snapshot = aSnapshotOf([
      { id: 'r', decision, match: ALL, reason_code: 'outside_hours' },
      { id: 's', decision: 'allow', match: ALL },
    ]);
    expect(decide(snapshot, aRequest())).toMatchObject({ reasonCode: 'outside_hours', ruleIds: ['r', 's'] });
  });

  it('is that no rule matches', () => {
    const snapshot = aSnapshotOf([{ id: 'r', decision: 'allow', match: { topics: ['job.none'] } }]);
    expect(decide(snapshot, aRequest())).toMatchObject({
      type: 'DENY',
      reason: 'No rule matches the request.',
      reasonCode: 'no_match',
      ruleIds: [],
    });
  });

  it('is that a rule asks for something that the job does not have', () => {
    const snapshot = aSnapshotOf([{ id: 'r', decision: 'deny', match: { labels: { env: 'prod' } } }]);
    expect(decide(snapshot, aRequest())).toMatchObject({
      reason: 'Rule r asks for something that the job does not have.',
      reasonCode: 'missing_input',
      ruleIds: ['r'],
    });
  });

  it("is that a value of the job is not of a rule's kind", () => {
    const snapshot = onlyRule('allow', { when: 'job.params.amount > 500' });
    expect(decide(snapshot, aRequest({ params: { amount: '$900' } }))).toMatchObject({
      type: 'DENY',
      reason: "Rule r can't be applied: a value of the job is not of the kind that it needs.",
      reasonCode: 'type_error',
      ruleIds: ['r'],
    });
  });

  it('is the same of a classify rule', () => {
    const classify = [{ id: 'c', match: ALL, when: 'job.params.amount > 500', add_tags: ['t'] }];
    const snapshot = aSnapshotOf([{ id: 'r', decision: 'allow', match: ALL }], classify);
    expect(decide(snapshot, aRequest())).toMatchObject({
      reason: 'Classify rule c asks for something that the job does not have.',
      reasonCode: 'missing_input',
      ruleIds: [],
    });
  });

  const fault = (what: string) => `The policy could not be evaluated: ${what}.`;
  it.each([
    ['topic', 'job.Pay', 'the topic is not well-formed'],
    ['topic', 7, 'the topic is not well-formed'],
    ['tenantId', 7, 'the tenant is not a text'],
    ['agentId', null, 'the agent is not a text'],
    ['riskTags', ['Prod'], 'the risk tags are not well-formed'],
    ['riskTags', [' prod'], 'the risk tags are not well-formed'],
    ['riskTags', ['prod '], 'the risk tags are not well-formed'],
    ['riskTags', 'prod', 'the risk tags are not well-formed'],
    ['riskTags', ['t'.repeat(65)], 'the risk tags are not well-formed'],
    ['capabilities', [7], 'the capabilities are not well-formed'],
    ['labels', null, 'the labels are not well-formed'],
    ['labels', 'env', 'the labels are not well-formed'],
    ['labels', { env: 7 }, 'the labels are not well-formed'],
    ['action', 7, 'the action is not well-formed'],
    ['action', '', 'the action is not well-formed'],
    ['action', '*', 'the action is not well-formed'],
    ['action', '-read', 'the action is not well-formed'],
    ['action', 'read!', 'the action is not well-formed'],
    ['action', 'a'.repeat(129), 'the action is not well-formed'],
    ['resource', 7, 'the resource is not a text'],
    ['resource', '', 'the resource is empty'],
  ] satisfies [keyof PolicyRequest, unknown, string][])('is of %s %j: %s', (member, value, what) => {
    const request = { ...aRequest(), [member]: value };
    expect(decide(onlyRule('allow'), request)).toMatchObject({
      type: 'DENY',
      reason: fault(what),
      reasonCode: 'evaluation_error',
    });
  });

  it.each([
    ['action', 'a'.repeat(128)],
    ['action', 'Read:file/x@1.0_-'],
    ['riskTags', ['t'.repeat(64)]],
  ] satisfies [keyof PolicyRequest, unknown][])('is nothing of %s %j', (member, value) => {
    expect(decide(onlyRule('allow'), { ...aRequest(), [member]: value }).type).toBe('ALLOW');
  });

  it.each([
    [new RangeError('secret'), 'an internal error occurred (RangeError)'],
    [new TypeError('secret'), 'an internal error occurred (TypeError)'],
    [new Error('secret'), 'an internal error occurred'],
  ])('is of a failure of the engine (%s) its kind and no more', (thrown, what) => {
    const snapshot = {
      ...onlyRule('allow'),
      index: {
        matching: () => {
          throw thrown;
        },
      },
    };
    expect(decide(snapshot, aRequest()).reason).toBe(fault(what));
  });
});
