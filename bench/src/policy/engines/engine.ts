import type { BenchJob, BenchRule, Effect } from '../data/rule.js';

export const ENGINES = [
  'countersign',
  'cedar',
  'casl',
  'casbin',
  'json-rules-engine',
  'agent-governance',
] as const;
export type EngineName = (typeof ENGINES)[number];

/** An engine with its rules loaded. `Asked` is what it wants to be asked; making that is not measured. */
export interface Engine<Asked = unknown> {
  readonly ask: (job: BenchJob) => Asked;
  readonly decide: (asked: Asked) => Effect | Promise<Effect>;
}

/** Loads rules into an engine the way its makers would have it: parsed, compiled and cached before the first question. */
export type Load = (rules: readonly BenchRule[]) => Engine | Promise<Engine>;

/** For engines that answer whether it is allowed. */
export const effectOf = (allowed: boolean): Effect => (allowed ? 'allow' : 'deny');

/** Keeps the type of what is asked inside one engine. */
export function engine<Asked>(made: Engine<Asked>): Engine {
  return { ask: made.ask, decide: (asked) => made.decide(asked as Asked) };
}
