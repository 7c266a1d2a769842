import type { BenchRule } from '../data/rule.js';
import { importPeer } from '../peers.js';
import { effectOf, engine, type Engine } from './engine.js';

interface AgentGovernance {
  readonly ConflictResolutionStrategy: { readonly DenyOverrides: string };
  readonly PolicyEngine: new (
    rules: readonly never[],
    strategy: string,
  ) => {
    readonly loadPolicy: (policy: object) => void;
    readonly evaluatePolicy: (agent: string, context: object) => { readonly allowed: boolean };
  };
}

const AGENT = 'did:bench:agent-1';

/** Its expressions join parts by `and`; `or` binds weaker and there are no brackets, so a tag list is a choice of wholes. */
function expressionOf({ anyTag, allTags, noTag, when, ...names }: BenchRule): string {
  const parts = [
    ...(['team', 'kind', 'verb', 'tenant', 'env'] as const).flatMap((name) =>
      names[name] === undefined ? [] : [`${name} == '${names[name]}'`],
    ),
    ...(allTags ?? []).map((tag) => `tags.${member(tag)} == true`),
    ...(noTag ?? []).map((tag) => `tags.${member(tag)} != 1`),
    ...(when
      ? [`amount > ${when.over}`, `region in [${when.regions.map((region) => `'${region}'`).join(', ')}]`]
      : []),
  ];
  const choices = anyTag ? anyTag.map((tag) => [...parts, `tags.${member(tag)} == true`]) : [parts];
  return choices.map((all) => all.join(' and ')).join(' or ');
}

/** A path has no dashes. */
const member = (tag: string) => tag.replaceAll('-', '_');

export async function loadAgentGovernance(rules: readonly BenchRule[]): Promise<Engine> {
  const { ConflictResolutionStrategy, PolicyEngine } = await importPeer<AgentGovernance>(
    '@microsoft/agent-governance-sdk',
  );
  const loaded = new PolicyEngine([], ConflictResolutionStrategy.DenyOverrides);
  loaded.loadPolicy({
    apiVersion: 'governance.toolkit/v1',
    name: 'bench',
    agents: ['*'],
    scope: 'global',
    default_action: 'deny',
    rules: rules.map((rule) => ({ name: rule.id, condition: expressionOf(rule), ruleAction: rule.effect })),
  });
  return engine<object>({
    ask: ({ tags, ...job }) => ({ ...job, tags: Object.fromEntries(tags.map((tag) => [member(tag), true])) }),
    decide: (context) => effectOf(loaded.evaluatePolicy(AGENT, context).allowed),
  });
}
