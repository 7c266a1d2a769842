import { FUNCTIONS } from './functions.js';
import type { Evaluate, CompiledQuery, Frame } from './frame.js';
import type { Expression, Select } from './syntax.js';
import { coerce, compare, isEqual, textOf } from './values.js';

/** An expression ready to be looked at, with its type as far as it matters. */
export interface Compiled {
  readonly type: string;
  readonly of: Evaluate;
}

/** Which columns an expression may name. */
export interface Scope {
  readonly sources: readonly { readonly alias: string; readonly columns: ReadonlyMap<string, string> }[];
  readonly outer: Scope | undefined;
  /** Told when a name belongs to a query outside. */
  readonly reachedOut: () => void;
}

type CompileQuery = (query: Select, outer: Scope, reachedOut: () => void) => CompiledQuery;

/** Makes a closure of an expression. `queries` makes them of subqueries. */
export function compileExpression(expression: Expression, scope: Scope, queries: CompileQuery): Compiled {
  const compile = (one: Expression) => compileExpression(one, scope, queries);
  switch (expression.is) {
    case 'value': {
      const { value } = expression;
      return { type: typeof value === 'string' ? 'text' : 'unknown', of: () => value };
    }
    case 'interval': {
      const { ms } = expression;
      return { type: 'interval', of: () => ms };
    }
    case 'parameter': {
      const { index } = expression;
      return { type: 'unknown', of: (frame) => frame.run.params[index] ?? null };
    }
    case 'column':
      return column(expression, scope);
    case 'row': {
      const items = expression.items.map((item) => compile(item).of);
      return { type: 'row', of: (frame) => items.map((item) => item(frame)) };
    }
    case 'unary':
      return unary(expression.operator, compile(expression.of));
    case 'binary':
      return binary(expression.operator, compile(expression.left), compile(expression.right));
    case 'any': {
      const [of, list] = [compile(expression.of).of, compile(expression.list).of];
      return { type: 'boolean', of: (frame) => isOneOf(of(frame), list(frame) as readonly unknown[]) };
    }
    case 'in':
      return membership(expression.values, compile(expression.of).of, scope, queries);
    case 'exists': {
      const rows = subquery(expression.query, scope, queries);
      return { type: 'boolean', of: (frame) => rows(frame).length > 0 };
    }
    case 'case': {
      const branches = expression.branches.map(({ when, then }) => ({
        when: compile(when).of,
        then: compile(then),
      }));
      const otherwise = expression.otherwise && compile(expression.otherwise);
      const type = [...branches.map(({ then }) => then), ...(otherwise ? [otherwise] : [])]
        .map((branch) => branch.type)
        .find((one) => one !== 'unknown');
      const of: Evaluate = (frame) => {
        for (const { when, then } of branches) if (when(frame) === true) return then.of(frame);
        return otherwise?.of(frame) ?? null;
      };
      return { type: type ?? 'unknown', of };
    }
    case 'call': {
      const make = FUNCTIONS[expression.name];
      if (make === undefined) throw new SyntaxError(`the function ${expression.name} is outside the dialect`);
      return make(expression.args.map(({ name, value }) => ({ name, ...compile(value) })));
    }
    case 'cast': {
      const { of } = compile(expression.of);
      const { type } = expression;
      return { type, of: (frame) => coerce(of(frame), type) };
    }
  }
}

function column({ table, name }: { table: string | undefined; name: string }, scope: Scope): Compiled {
  let depth = 0;
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer, depth++) {
    const index = at.sources.findIndex(
      (source) =>
        (table === undefined || source.alias === table.toLowerCase() || source.alias === table) &&
        source.columns.has(name),
    );
    if (index === -1) continue;
    if (depth > 0) for (let inner = scope, up = depth; up > 0; up--, inner = inner.outer!) inner.reachedOut();
    const type = at.sources[index]!.columns.get(name)!;
    if (depth === 0) return { type, of: (frame) => frame.rows[index]?.row[name] ?? null };
    const up = depth;
    return {
      type,
      of: (frame) => {
        let target: Frame = frame;
        for (let i = 0; i < up; i++) target = target.outer!;
        return target.rows[index]?.row[name] ?? null;
      },
    };
  }
  throw new SyntaxError(`there is no column ${table === undefined ? '' : `${table}.`}${name}`);
}

function unary(operator: 'NOT' | '-' | 'IS NULL' | 'IS NOT NULL', { type, of }: Compiled): Compiled {
  switch (operator) {
    case 'NOT':
      return { type: 'boolean', of: (frame) => negate(of(frame)) };
    case '-':
      return { type, of: (frame) => strict1(of(frame), (value) => -value) };
    case 'IS NULL':
      return { type: 'boolean', of: (frame) => of(frame) === null };
    case 'IS NOT NULL':
      return { type: 'boolean', of: (frame) => of(frame) !== null };
  }
}

const negate = (value: unknown) => (value === null ? null : value !== true);
const strict1 = (value: unknown, of: (value: number) => number) =>
  value === null ? null : of(value as number);

const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '|': (left, right) => left | right,
  '&': (left, right) => left & right,
};

const ORDER: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '>': (order) => order > 0,
  '<=': (order) => order <= 0,
  '>=': (order) => order >= 0,
};

function binary(operator: string, left: Compiled, right: Compiled): Compiled {
  const [a, b] = [left.of, right.of];
  if (operator === 'AND')
    return {
      type: 'boolean',
      of: (frame) => {
        const first = a(frame);
        if (first === false) return false;
        const second = b(frame);
        return second === false ? false : first === null || second === null ? null : true;
      },
    };
  if (operator === 'OR')
    return {
      type: 'boolean',
      of: (frame) => {
        const first = a(frame);
        if (first === true) return true;
        const second = b(frame);
        return second === true ? true : first === null || second === null ? null : false;
      },
    };
  if (operator === '=') return { type: 'boolean', of: (frame) => isEqual(a(frame), b(frame)) };
  if (operator === '<>') return { type: 'boolean', of: (frame) => negate(isEqual(a(frame), b(frame))) };
  const order = ORDER[operator];
  if (order)
    return {
      type: 'boolean',
      of: (frame) => {
        const [first, second] = [a(frame), b(frame)];
        return first === null || second === null ? null : order(compare(first, second));
      },
    };
  if (operator === '||')
    return {
      type: 'text',
      of: (frame) => {
        const [first, second] = [a(frame), b(frame)];
        return first === null || second === null ? null : textOf(first) + textOf(second);
      },
    };
  const apply = ARITHMETIC[operator];
  if (apply === undefined) throw new SyntaxError(`the operator ${operator} is outside the dialect`);
  const isTime = left.type === 'timestamptz' && right.type === 'interval';
  return {
    type: isTime ? 'timestamptz' : 'unknown',
    of: (frame) => {
      const [first, second] = [a(frame), b(frame)];
      return first === null || second === null ? null : apply(first as number, second as number);
    },
  };
}

/** `= ANY`: true for an equal one, else null when it could be one that is not known. */
function isOneOf(value: unknown, list: readonly unknown[] | null): boolean | null {
  if (value === null || list === null) return null;
  let unknown = false;
  for (const other of list) {
    const equal = isEqual(value, other);
    if (equal === true) return true;
    unknown ||= equal === null;
  }
  return unknown ? null : false;
}

function membership(
  values: readonly Expression[] | Select,
  of: Evaluate,
  scope: Scope,
  queries: CompileQuery,
): Compiled {
  if (!('is' in values)) {
    const list = values.map((value) => compileExpression(value, scope, queries).of);
    return {
      type: 'boolean',
      of: (frame) =>
        isOneOf(
          of(frame),
          list.map((one) => one(frame)),
        ),
    };
  }
  const rows = subquery(values, scope, queries);
  return {
    type: 'boolean',
    of: (frame) =>
      isOneOf(
        of(frame),
        rows(frame).map((row) => {
          const members = Object.values(row);
          return members.length === 1 ? members[0] : members;
        }),
      ),
  };
}

/** The rows of a subquery. One that depends on nothing outside is run once per statement, as a server does. */
function subquery(query: Select, scope: Scope, queries: CompileQuery) {
  let isCorrelated = false;
  const compiled = queries(query, scope, () => (isCorrelated = true));
  return (frame: Frame) => {
    if (isCorrelated) return compiled.execute(frame.run, frame);
    let rows = frame.run.results.get(query);
    if (rows === undefined) {
      rows = compiled.execute(frame.run, frame);
      frame.run.results.set(query, rows);
    }
    return rows;
  };
}
