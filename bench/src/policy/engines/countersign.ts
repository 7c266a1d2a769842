import {
  decide,
  DecisionType,
  loadPolicy,
  type PolicyRequest,
  type PolicySnapshot,
} from '@countersign/policy-engine';
import type { BenchRule, Condition } from '../data/rule.js';
import { effectOf, engine, type Engine } from './engine.js';

/** A policy file with the rules. */
export function policyText(rules: readonly BenchRule[]): string {
  return JSON.stringify({ version: 'v1', rules: rules.map(ruleOf) });
}

export function topicOf({ team, kind, verb }: Pick<BenchRule, 'team' | 'kind' | 'verb'>): string {
  return ['job', team ?? '*', kind ?? '*', verb ?? '*'].join('.');
}

function ruleOf(rule: BenchRule): object {
  const { anyTag: any, allTags: all, noTag: none } = rule;
  const named = rule.team !== undefined || rule.kind !== undefined || rule.verb !== undefined;
  const match = {
    ...(named && { topics: [topicOf(rule)] }),
    ...((any || all || none) && { risk_tags: { any, all, none } }),
    ...(rule.tenant !== undefined && { tenants: [rule.tenant] }),
    ...(rule.env !== undefined && { labels: { env: rule.env } }),
  };
  return { id: rule.id, decision: rule.effect, match, ...(rule.when && { when: expressionOf(rule.when) }) };
}

function expressionOf({ over, regions }: Condition): string {
  return `job.params.amount > ${over} && job.params.region in ${JSON.stringify(regions)}`;
}

function snapshotOf(rules: readonly BenchRule[]): PolicySnapshot {
  const loaded = loadPolicy([{ file: 'bench.json', text: policyText(rules) }]);
  if (!loaded.ok) throw new Error(`the policy does not load: ${JSON.stringify(loaded.errors[0])}`);
  return loaded.snapshot;
}

/** The whole of a decision: what is asked is checked, and constraints, obligations and reason are part of the answer. */
export function loadCountersign(rules: readonly BenchRule[]): Engine {
  const snapshot = snapshotOf(rules);
  return engine<PolicyRequest>({
    ask: (job) => ({
      topic: topicOf(job),
      tenantId: job.tenant,
      agentId: 'agent-1',
      riskTags: job.tags,
      capabilities: [],
      labels: { env: job.env },
      params: { amount: job.amount, region: job.region },
    }),
    decide: (request) => effectOf(decide(snapshot, request).type === DecisionType.allow),
  });
}
