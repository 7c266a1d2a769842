import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../load/suggest.js';
import { ProblemCode } from '../vocabulary.js';
import { AGENT_FIELDS, JOB_FIELDS } from './condition-input.js';
import { NAMESPACES } from './environment.js';
import { LOOPS, partsOf } from './syntax.js';

/** What is wrong with an expression, and at which character. */
export interface ConditionProblem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly offset: number;
}

const TYPES = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type'];
const VARIABLES = ['job', 'agent', 'now', 'sets', ...Object.keys(NAMESPACES)];
const FUNCTIONS = 'has size string int uint double bool type dyn timestamp duration'.split(' ');
const METHODS = (
  'size startsWith endsWith contains matches lowerAscii upperAscii trim indexOf lastIndexOf substring split ' +
  'getDate getDayOfMonth getDayOfWeek getDayOfYear getFullYear getHours getMilliseconds getMinutes getMonth getSeconds'
).split(' ');
/** Loops within loops: more multiply the work beyond what a decision may take. */
const MAX_LOOPS = 2;

/** Finds names that do not exist and loops nested too deeply, before types are looked at. */
export function checkNames(root: ASTNode, sets: readonly string[]): ConditionProblem[] {
  const fields: Readonly<Record<string, readonly string[]>> = { job: JOB_FIELDS, agent: AGENT_FIELDS, sets };
  const problems: ConditionProblem[] = [];
  const fault = ({ start }: ASTNode, code: ProblemCode, message: string) =>
    problems.push({ code, message, offset: start });

  const visit = (node: ASTNode, locals: readonly string[], loops: number): void => {
    if (node.op === 'id' && !locals.includes(node.args)) checkVariable(node, node.args, locals);
    if (node.op === '.' || node.op === '[]') checkField(node, locals);
    if (node.op === 'value' && typeof node.args === 'number' && !Number.isFinite(node.args)) {
      fault(node, ProblemCode.BadCondition, 'a number is too large to be one');
    }
    if (node.op === 'call') checkFunction(node, node.args[0]);
    if (node.op === 'rcall') visitMethod(node, node.args, locals, loops);
    else for (const part of partsOf(node)) visit(part, locals, loops);
  };

  const checkVariable = (node: ASTNode, name: string, locals: readonly string[]) => {
    if (VARIABLES.includes(name) || TYPES.includes(name)) return;
    const hint = didYouMean(name, [...VARIABLES, ...locals]);
    fault(
      node,
      ProblemCode.UnknownVariable,
      `there is no variable ${name}${hint}; known: ${VARIABLES.join(', ')}`,
    );
  };

  const checkField = (node: ASTNode, locals: readonly string[]) => {
    if (node.op !== '.' && node.op !== '[]') return;
    const [owner, key] = node.args;
    const name = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
    if (owner.op !== 'id' || typeof name !== 'string' || locals.includes(owner.args)) return;
    const known = Object.hasOwn(fields, owner.args) ? fields[owner.args] : undefined;
    if (!known || known.includes(name)) return;
    const message = `${owner.args} has no ${JSON.stringify(name)}${didYouMean(name, known)}`;
    fault(node, ProblemCode.UnknownField, `${message}; known: ${known.join(', ') || 'none'}`);
  };

  const checkFunction = (node: ASTNode, name: string) => {
    if (FUNCTIONS.includes(name)) return;
    const all = [...FUNCTIONS, ...qualified()];
    fault(node, ProblemCode.UnknownFunction, `there is no function ${name}${didYouMean(name, all)}`);
  };

  const visitMethod = (
    node: ASTNode,
    [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
    locals: readonly string[],
    loops: number,
  ) => {
    const space = receiver.op === 'id' && !locals.includes(receiver.args) ? receiver.args : undefined;
    if (space !== undefined && Object.hasOwn(NAMESPACES, space)) {
      const known = NAMESPACES[space] ?? [];
      if (!known.includes(name)) {
        const hint = didYouMean(name, known);
        fault(
          node,
          ProblemCode.UnknownFunction,
          `there is no function ${space}.${name}${hint}; known: ${qualified().join(', ')}`,
        );
      }
    } else if (space !== undefined && !VARIABLES.includes(space) && !TYPES.includes(space)) {
      const hint = didYouMean(`${space}.${name}`, qualified()) || didYouMean(space, VARIABLES);
      fault(receiver, ProblemCode.UnknownVariable, `there is no variable ${space}${hint}`);
    } else {
      if (space === undefined) visit(receiver, locals, loops);
      else if (!VARIABLES.includes(space)) checkVariable(receiver, space, locals);
      if (!METHODS.includes(name) && !LOOPS.includes(name)) {
        const hint = didYouMean(name, [...METHODS, ...LOOPS]);
        fault(node, ProblemCode.UnknownFunction, `there is no function ${name} of a value${hint}`);
      }
    }
    const [variable, ...body] = args;
    if (!LOOPS.includes(name) || variable?.op !== 'id') {
      for (const arg of args) visit(arg, locals, loops);
      return;
    }
    if (VARIABLES.includes(variable.args)) {
      const message = `a loop can't name its variable ${variable.args}: that stands for something already`;
      fault(variable, ProblemCode.BadCondition, message);
    }
    if (loops >= MAX_LOOPS) {
      fault(node, ProblemCode.BadCondition, `more than ${MAX_LOOPS} loops are nested in one another`);
    }
    for (const arg of body) visit(arg, [...locals, variable.args], loops + 1);
  };

  visit(root, [], 0);
  return problems;
}

const qualified = () =>
  Object.entries(NAMESPACES).flatMap(([space, names]) => names.map((name) => `${space}.${name}`));
