type TokenName<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | TokenName<Rest>
  : never;

/** The parameters of a subject template. `{tail}` stands for one or more tokens, every other name for exactly one. */
export type SubjectParams<T extends string> = { readonly [Name in TokenName<T>]: string };

/** One token of a subject: what producers, pools, tenants and topics may be called. */
export const TOKEN_PATTERN = /^[a-z0-9_-]+$/;
const TAIL_PATTERN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/** A subject, written once, that gives its address, its filter and its parse. */
export interface Subject<T extends string> {
  readonly template: T;
  /** The concrete subject. Throws when a parameter is outside the grammar. */
  address(params: SubjectParams<T>): string;
  /** A subscription filter: wildcards for each parameter that is not given. */
  filter(params?: Partial<SubjectParams<T>>): string;
  /** The parameters of a concrete subject, or undefined when it is not one of this template. */
  parse(subject: string): SubjectParams<T> | undefined;
}

/** Makes a {@link Subject} of a template such as `dispatch.{pool}.{tail}`. */
export function subject<const T extends string>(template: T): Subject<T> {
  const parts = template.split('.').map((part) => ({ name: /^\{(\w+)\}$/.exec(part)?.[1], literal: part }));
  const fill = (params: Record<string, string | undefined>, whenMissing: (name: string) => string) =>
    parts
      .map(({ name, literal }) => {
        if (name === undefined) return literal;
        const value = params[name];
        if (value === undefined) return whenMissing(name);
        if (!(name === 'tail' ? TAIL_PATTERN : TOKEN_PATTERN).test(value))
          throw new RangeError(`${name} is not a valid subject token: ${JSON.stringify(value)}`);
        return value;
      })
      .join('.');
  return {
    template,
    address: (params) =>
      fill(params, (name) => {
        throw new RangeError(`${name} is missing`);
      }),
    filter: (params = {}) => fill(params, (name) => (name === 'tail' ? '>' : '*')),
    parse: (text) => {
      const tokens = text.split('.');
      const params: Record<string, string> = {};
      for (const [i, { name, literal }] of parts.entries()) {
        const token = tokens[i];
        if (token === undefined) return undefined;
        if (name === undefined && token !== literal) return undefined;
        if (name === 'tail') {
          params['tail'] = tokens.slice(i).join('.');
          return TAIL_PATTERN.test(params['tail']) ? (params as SubjectParams<T>) : undefined;
        }
        if (name !== undefined) {
          if (!TOKEN_PATTERN.test(token)) return undefined;
          params[name] = token;
        }
      }
      return tokens.length === parts.length ? (params as SubjectParams<T>) : undefined;
    },
  };
}

/** Whether a concrete subject is matched by a NATS filter (`*` one token, `>` one or more at the end). */
export function subjectMatches(filter: string, concrete: string): boolean {
  const wanted = filter.split('.');
  const tokens = concrete.split('.');
  for (const [i, part] of wanted.entries()) {
    if (part === '>') return tokens.length > i;
    if (tokens[i] === undefined || (part !== '*' && part !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}

/** The filter of what two filters have in common, or undefined when that is nothing. */
export function commonFilter(one: string, other: string): string | undefined {
  const [left, right] = [one.split('.'), other.split('.')];
  const common: string[] = [];
  for (let i = 0; ; i++) {
    const [a, b] = [left[i], right[i]];
    if (a === undefined || b === undefined) return a === b ? common.join('.') : undefined;
    if (a === '>') return [...common, ...right.slice(i)].join('.');
    if (b === '>') return [...common, ...left.slice(i)].join('.');
    if (a !== b && a !== '*' && b !== '*') return undefined;
    common.push(a === '*' ? b : a);
  }
}
