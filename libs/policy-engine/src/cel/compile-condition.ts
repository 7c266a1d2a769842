import {
  EvaluationError,
  ParseError,
  TypeError as CelTypeError,
  type ParseResult,
} from '@marcbachmann/cel-js';
import { ProblemCode } from '../vocabulary.js';
import { boundWork, WorkMeter } from './bound-work.js';
import { checkNames, type ConditionProblem } from './check-names.js';
import { ConditionFault, missing, wrongType } from './condition-fault.js';
import type { Condition } from './condition.js';
import { conditionEnvironment, type Running } from './environment.js';
import { readLiterals } from './read-literals.js';

/** A compiled condition, or everything that is wrong with it. */
export type CompiledCondition =
  { readonly condition: Condition } | { readonly problems: readonly ConditionProblem[] };

/** What evaluation says when something is not there. */
const MISSING: ReadonlySet<string> = new Set(['no_such_key', 'unknown_variable', 'index_out_of_bounds']);

const running: Running = { now: undefined };
const environment = conditionEnvironment(running);
const meter = new WorkMeter();

/** Compiles and checks one expression. `sets` are the names of the bundle's lists. */
export function compileCondition(text: string, sets: readonly string[]): CompiledCondition {
  try {
    const program = environment.parse(text);
    const literals = readLiterals(program.ast);
    const problems = [...checkNames(program.ast, sets), ...literals.problems];
    if (problems.length > 0) return { problems };
    const { valid, type, error } = program.check();
    if (!valid) return { problems: [problemOf(error)] };
    if (type !== 'bool' && type !== 'dyn') {
      const message = `a condition is true or false; this is ${type ?? 'something else'}`;
      return { problems: [{ code: ProblemCode.BadCondition, message, offset: 0 }] };
    }
    boundWork(program.ast, literals.patterns, meter);
    return { condition: conditionOf(text, program) };
  } catch (error) {
    return { problems: [problemOf(error)] };
  }
}

function problemOf(error: unknown): ConditionProblem {
  if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
    return { code: ProblemCode.BadCondition, message: error.summary, offset: error.range?.start ?? 0 };
  }
  if (error instanceof RangeError) {
    return { code: ProblemCode.BadCondition, message: 'the condition is nested too deeply', offset: 0 };
  }
  throw error;
}

function conditionOf(text: string, program: ParseResult): Condition {
  return {
    text,
    holds: ({ now, variables }) => {
      running.now = now;
      meter.start();
      const answer = evaluate(program, variables);
      if (meter.exceeded) throw wrongType('a condition took too much work');
      if (typeof answer !== 'boolean') throw wrongType('a condition is neither true nor false');
      return answer;
    },
  };
}

function evaluate(program: ParseResult, variables: Readonly<Record<string, unknown>>): unknown {
  try {
    return program(variables) as unknown;
  } catch (error) {
    throw faultOf(error);
  }
}

/** The library's messages quote values, so only their kind is passed on. */
function faultOf(error: unknown): ConditionFault {
  if (error instanceof ConditionFault) return error;
  if (error instanceof EvaluationError) {
    if (error.cause instanceof ConditionFault) return error.cause;
    if (MISSING.has(error.code)) return missing('something');
  }
  return wrongType('a value is of the wrong kind');
}
