import { CommandShape } from '../vocabulary.js';
import { joinTraces, Trace, traceShape } from './command-shapes.js';
import { shellWords } from './shell-words.js';

const SHAPE_NAMES: readonly CommandShape[] = Object.values(CommandShape);

/** A trace per shape, in the order of `SHAPE_NAMES`. */
type Traces = readonly number[];

const NOTHING: Traces = SHAPE_NAMES.map(() => Trace.None);

/**
 * The command shapes that occur in a job's params: in any string or member name, over the elements of a list, or over
 * the members of an object. Time grows in proportion to the size of the params. It finds what is written out; what a
 * program computes while it runs (an encoded script, a variable) can't be found by reading.
 * Throws on cyclic params, which no JSON text gives.
 */
export function scanParams(params: unknown): ReadonlySet<CommandShape> {
  const found = new Set<CommandShape>();
  const known = new Map<object, Traces | undefined>();
  const note = (traces: Traces) => {
    for (const [at, name] of SHAPE_NAMES.entries()) if ((traces[at] ?? 0) & Trace.Found) found.add(name);
    return traces;
  };

  const visit = (value: unknown): Traces => {
    if (typeof value === 'string') return note(traceText(value));
    if (typeof value !== 'object' || value === null) return NOTHING;
    if (known.has(value)) {
      const before = known.get(value);
      if (before === undefined) throw new TypeError('params are cyclic');
      return before;
    }
    known.set(value, undefined);
    const isList = Array.isArray(value);
    if (!isList) for (const name of Object.keys(value)) note(traceText(name));
    let joined = NOTHING;
    for (const member of Object.values(value)) joined = either(joined, visit(member));
    joined = note(joined.map(joinTraces));
    // A list may be the arguments of its neighbour; an object stands for itself.
    const told = isList ? joined : NOTHING;
    known.set(value, told);
    return told;
  };

  visit(params);
  return found;
}

/** Without any of this a text shows nothing of any shape: no option, no name, and nothing that could hide one. */
const WORTH_READING = /["'\\$-]|rm|find/i;

function traceText(text: string): Traces {
  if (!WORTH_READING.test(text)) return NOTHING;
  const shell = shellWords(text, 'shell');
  const plain = SHAPE_NAMES.map((name) => traceShape(shell, name));
  if (!text.includes('\\')) return plain;
  const encoded = shellWords(text, 'encoded');
  return either(
    plain,
    SHAPE_NAMES.map((name) => traceShape(encoded, name)),
  );
}

function either(left: Traces, right: Traces): Traces {
  return left.map((trace, at) => trace | (right[at] ?? Trace.None));
}
