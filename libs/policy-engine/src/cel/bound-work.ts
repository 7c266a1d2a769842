import type { ASTNode } from '@marcbachmann/cel-js';
import { missing, wrongType } from './condition-fault.js';
import type { LinearPattern } from './linear-pattern.js';
import { LOOPS, partsOf } from './syntax.js';
import { clockPart, isClockPart } from './zone-clock.js';

/** Steps of one evaluation: an element of a list that is looped over, or a kilobyte of text that is looked at. */
const MAX_STEPS = 20_000;

/** Counts the work of one evaluation. */
export class WorkMeter {
  private steps = 0;
  private isOver = false;

  start(): void {
    this.steps = 0;
    this.isOver = false;
  }

  /** Throws once an evaluation has done too much; and again for all that it does after. */
  spend(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS) {
      this.isOver = true;
      throw wrongType('a condition took too much work');
    }
  }

  /** Whether too much was done, even if the expression would do without the part that did it. */
  get exceeded(): boolean {
    return this.isOver;
  }
}

type Evaluate = (evaluator: Evaluator, node: unknown, context: unknown) => unknown;
interface Evaluator {
  run(node: unknown, context: unknown): unknown;
}
/** What a node of the library has besides what it declares; what rests on it is pinned by tests. */
interface EvaluatedNode {
  readonly meta: {
    readonly alternate?: { evaluate: Evaluate };
    readonly macro?: { evaluate: Evaluate };
    readonly evaluate: Evaluate;
  };
}

const ARITHMETIC: readonly string[] = ['+', '-', '*', '/', '%'];
const COMPARISONS: readonly string[] = ['==', '!=', 'in', '<', '<=', '>', '>='];

/**
 * Bounds what a checked expression can do: `matches` runs its pattern in linear time, results of arithmetic are finite,
 * and in expressions with loops all work is counted.
 */
export function boundWork(
  root: ASTNode,
  patterns: ReadonlyMap<ASTNode, LinearPattern>,
  meter: WorkMeter,
): void {
  const counts = hasLoop(root);
  const visit = (node: ASTNode): void => {
    for (const part of partsOf(node)) visit(part);
    const pattern = patterns.get(node);
    if (pattern && node.op === 'rcall') {
      bindPattern(node, pattern, node.args[1], node.args[2], meter);
    } else if (ARITHMETIC.includes(node.op) || (node.op === 'call' && node.args[0] === 'double')) {
      wrap(node, (value) => {
        if (typeof value === 'number' && !Number.isFinite(value)) throw wrongType('a number is not finite');
        if (value instanceof Date && Number.isNaN(value.getTime())) throw wrongType('a time is out of range');
        meter.spend(sizeOf(value));
      });
    }
    if (node.op === 'call' && node.args[0] === 'has') bindHas(node, node.args[1][0]);
    else if (node.op === 'call') checkNumeral(node.args[0], node.args[1]);
    if (node.op === 'rcall' && isClockPart(node.args[0])) bindClock(node, ...node.args);
    if (!counts) return;
    if (node.op === 'rcall' && isZoned(node.args)) wrap(node, () => meter.spend(ZONE_STEPS));
    if (node.op === 'rcall' && LOOPS.includes(node.args[0])) {
      wrap(node.args[1], (value) => meter.spend(countOf(value)));
    } else if (node.op === 'rcall' || node.op === 'call') {
      for (const part of partsOf(node)) wrap(part, (value) => meter.spend(sizeOf(value)));
      if (node.op === 'rcall' && node.args[0] === 'split') wrap(node, (value) => meter.spend(countOf(value)));
    } else if (COMPARISONS.includes(node.op)) {
      for (const part of partsOf(node)) wrap(part, (value) => meter.spend(sizeOf(value)));
    }
  };
  visit(root);
}

function hasLoop(node: ASTNode): boolean {
  return (node.op === 'rcall' && LOOPS.includes(node.args[0])) || partsOf(node).some(hasLoop);
}

/** A time in a zone takes as long as so many other steps. */
const ZONE_STEPS = 20;

/** Whether a call asks for the time of a zone. */
const isZoned = ([name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]]) =>
  (name.startsWith('get') && args.length > 0) || (name === 'within' && isNamespace(receiver, 'time'));

const WHOLE = /^[+-]?[0-9]+$/;
const NUMERALS: Readonly<Record<string, RegExp>> = {
  int: WHOLE,
  uint: WHOLE,
  double: /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i,
};

/** The library reads texts as JavaScript does: an empty one is 0 to it, and `0x10` is 16. */
function checkNumeral(name: string, [text]: readonly ASTNode[]): void {
  const numeral = Object.hasOwn(NUMERALS, name) ? NUMERALS[name] : undefined;
  if (!numeral || !text) return;
  wrap(text, (value) => {
    if (typeof value === 'string' && !numeral.test(value)) throw wrongType('a text is no number');
  });
}

const isNamespace = (node: ASTNode, name: string) => node.op === 'id' && node.args === name;

/** Comparing lists or maps, and many functions of them, may visit all that is in them. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length >> 10;
  return typeof value === 'object' && value !== null ? deepCount(value, MAX_STEPS + 1) : 0;
}

function deepCount(value: unknown, limit: number): number {
  if (typeof value === 'string') return 1 + (value.length >> 10);
  const members = Array.isArray(value) ? value : value instanceof Map ? value.values() : [];
  let count = 1;
  for (const member of members) {
    if (count >= limit) return count;
    count += deepCount(member, limit - count);
  }
  return count;
}

function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length + 1;
  return value instanceof Map || value instanceof Set ? value.size + 1 : 1;
}

/** Only a map has members: of anything else it can't be said that one is missing. */
function bindHas(node: ASTNode, member: ASTNode | undefined): void {
  const names: string[] = [];
  let root = member;
  for (; root?.op === '.'; root = root.args[0]) names.unshift(root.args[1]);
  const asked = names.pop();
  if (root === undefined || asked === undefined) return;
  const variable = root;
  replace(node, (evaluator, _node, context) => {
    let owner = evaluator.run(variable, context);
    for (const name of names) {
      if (!hasMember(owner, name)) throw missing('something');
      owner = owner.get(name);
    }
    return hasMember(owner, asked);
  });
}

function hasMember(owner: unknown, name: string): owner is ReadonlyMap<string, unknown> {
  if (!(owner instanceof Map)) throw wrongType('a value that has no members is asked for one');
  return owner.has(name);
}

/** `matches` runs its compiled pattern and nothing of the library. */
function bindPattern(
  node: ASTNode,
  pattern: LinearPattern,
  receiver: ASTNode,
  args: readonly ASTNode[],
  meter: WorkMeter,
) {
  const subject = isNamespace(receiver, 'text') ? args[0] : receiver;
  replace(node, (evaluator, _node, context) => testText(pattern, evaluator.run(subject, context), meter));
}

/** Parts of a time are told by {@link clockPart}. Durations have functions of the same names: these are the library's. */
function bindClock(node: ASTNode, name: string, receiver: ASTNode, [zone]: readonly ASTNode[]): void {
  const { meta } = node as unknown as EvaluatedNode;
  replace(node, (evaluator, self, context) => {
    const time = evaluator.run(receiver, context);
    if (!(time instanceof Date)) return meta.evaluate(evaluator, self, context);
    const where = zone && evaluator.run(zone, context);
    if (where !== undefined && typeof where !== 'string') throw wrongType('a time zone is no text');
    const part = clockPart(name, time, where);
    if (part === undefined) throw wrongType('a time zone is none');
    return part;
  });
}

function testText(pattern: LinearPattern, text: unknown, meter: WorkMeter): boolean {
  if (typeof text !== 'string') throw wrongType('matches needs a text');
  meter.spend(text.length >> 10);
  return pattern.test(text);
}

/** Looks at each result of a node. */
function wrap(node: ASTNode, look: (value: unknown) => void): void {
  const { meta } = node as unknown as EvaluatedNode;
  const before = Object.getOwnPropertyDescriptor(node, 'evaluate')?.value as Evaluate | undefined;
  replace(node, (evaluator, self, context) => {
    const inner = meta.alternate ?? meta.macro;
    const value = before
      ? before(evaluator, self, context)
      : inner
        ? inner.evaluate(evaluator, inner, context)
        : meta.evaluate(evaluator, self, context);
    look(value);
    return value;
  });
}

/** The library keeps how a node is evaluated on the node itself once it is known; it is told here instead. */
function replace(node: ASTNode, evaluate: Evaluate): void {
  Object.defineProperty(node, 'evaluate', { value: evaluate, configurable: true, writable: true });
}
