import type { ASTNode } from '@marcbachmann/cel-js';
import { ProblemCode } from '../vocabulary.js';
import type { ConditionProblem } from './check-names.js';
import { compilePattern, type LinearPattern } from './linear-pattern.js';
import { partsOf } from './syntax.js';
import { timeWindowFault, timeZoneFault } from './time-faults.js';

/** What is written out in an expression and can be told before it runs. */
export interface Literals {
  /** The compiled pattern of each `matches` of a text. */
  readonly patterns: ReadonlyMap<ASTNode, LinearPattern>;
  readonly problems: readonly ConditionProblem[];
}

/** A call of a function of a value or namespace. */
type Call = Extract<ASTNode, { readonly op: 'rcall' }>;

/** Compiles the patterns of an expression and checks its windows of time and its zones. */
export function readLiterals(root: ASTNode): Literals {
  const patterns = new Map<ASTNode, LinearPattern>();
  const problems: ConditionProblem[] = [];
  const fault = ({ start }: ASTNode, message: string) =>
    problems.push({ code: ProblemCode.BadCondition, message, offset: start });

  const readPattern = (node: Call, pattern: ASTNode | undefined) => {
    if (!pattern) return;
    if (pattern.op !== 'value' || typeof pattern.args !== 'string') {
      fault(
        pattern,
        'the pattern of matches must be written out, so that it is compiled when the policy is loaded',
      );
      return;
    }
    const compiled = compilePattern(pattern.args);
    if ('fault' in compiled) fault(pattern, compiled.fault);
    else patterns.set(node, compiled.pattern);
  };

  const check = (node: ASTNode | undefined, faultOf: (text: string) => string | undefined) => {
    if (node?.op !== 'value' || typeof node.args !== 'string') return;
    const message = faultOf(node.args);
    if (message !== undefined) fault(node, message);
  };

  const visit = (node: ASTNode): void => {
    for (const part of partsOf(node)) visit(part);
    if (node.op !== 'rcall') return;
    const [name, receiver, args] = node.args;
    const space = receiver.op === 'id' ? receiver.args : undefined;
    if (name === 'matches' && space !== 'host') readPattern(node, space === 'text' ? args[1] : args[0]);
    if (name === 'within' && space === 'time') {
      check(args[0], timeWindowFault);
      check(args[1], timeZoneFault);
    }
  };
  visit(root);
  return { patterns, problems };
}
