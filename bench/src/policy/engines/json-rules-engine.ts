import type { BenchJob, BenchRule } from '../data/rule.js';
import { importPeer } from '../peers.js';
import { effectOf, engine, type Engine } from './engine.js';

interface RulesEngine {
  readonly addRule: (rule: object) => void;
  readonly addOperator: (
    name: string,
    test: (fact: readonly string[], value: readonly string[]) => boolean,
  ) => void;
  readonly run: (facts: BenchJob) => Promise<{ readonly events: readonly { readonly type: string }[] }>;
}
interface JsonRulesEngine {
  readonly Engine: new (rules: readonly object[]) => RulesEngine;
}

const test = (fact: string, operator: string, value: unknown) => ({ fact, operator, value });

function ruleOf({ id, effect, anyTag, allTags, noTag, when, ...names }: BenchRule): object {
  const all = [
    ...(['team', 'kind', 'verb', 'tenant', 'env'] as const).flatMap((name) =>
      names[name] === undefined ? [] : [test(name, 'equal', names[name])],
    ),
    ...(anyTag ? [test('tags', 'hasAny', anyTag)] : []),
    ...(allTags ? [test('tags', 'hasAll', allTags)] : []),
    ...(noTag ? [test('tags', 'hasNone', noTag)] : []),
    ...(when ? [test('amount', 'greaterThan', when.over), test('region', 'in', when.regions)] : []),
  ];
  return { name: id, conditions: { all }, event: { type: effect } };
}

/** Every rule that holds is an event; one that denies wins. */
export async function loadJsonRulesEngine(rules: readonly BenchRule[]): Promise<Engine> {
  const { Engine: RulesEngine } = await importPeer<JsonRulesEngine>('json-rules-engine');
  const loaded = new RulesEngine([]);
  loaded.addOperator('hasAny', (tags, wanted) => wanted.some((tag) => tags.includes(tag)));
  loaded.addOperator('hasAll', (tags, wanted) => wanted.every((tag) => tags.includes(tag)));
  loaded.addOperator('hasNone', (tags, wanted) => !wanted.some((tag) => tags.includes(tag)));
  for (const rule of rules) loaded.addRule(ruleOf(rule));
  return engine<BenchJob>({
    ask: (job) => job,
    decide: async (job) => {
      const { events } = await loaded.run(job);
      return effectOf(events.length > 0 && events.every(({ type }) => type === 'allow'));
    },
  });
}
