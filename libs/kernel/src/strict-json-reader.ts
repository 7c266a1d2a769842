import { pointerToken, type JsonValue } from './json-value.js';

/** Why a text was refused, and where (RFC 6901 pointer of the member being read). */
export interface StrictJsonProblem {
  readonly code:
    | 'malformed_json'
    | 'duplicate_key'
    | 'unsafe_integer'
    | 'number_out_of_range'
    | 'lone_surrogate'
    | 'forbidden_key'
    | 'too_deep';
  readonly pointer: string;
  readonly message: string;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_END = /["\\\u0000-\u001f]/g;

/** Reads a text character by character, so that it can say what is wrong with it and where. Throws {@link Refusal}. */
export function readStrictJson(text: string, maxDepth: number): JsonValue {
  return new StrictReader(text, maxDepth).read();
}

/** What {@link readStrictJson} throws. */
export class Refusal extends Error {
  constructor(readonly problem: StrictJsonProblem) {
    super(problem.message);
  }
}

class StrictReader {
  private at = 0;
  private readonly path: (string | number)[] = [];

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  read(): JsonValue {
    const value = this.value();
    this.space();
    if (this.at < this.text.length) this.malformed('text after the JSON value');
    return value;
  }

  private value(): JsonValue {
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return this.object();
      case '[':
        return this.array();
      case '"':
        return this.string();
      case 't':
        return this.literal('true', true);
      case 'f':
        return this.literal('false', false);
      case 'n':
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private object(): JsonValue {
    this.enter();
    const result: Record<string, JsonValue> = {};
    this.at++;
    this.space();
    if (this.text[this.at] === '}') return this.leave(result);
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') this.malformed('a member name was expected');
      const name = this.string();
      this.path.push(name);
      if (name === '__proto__') this.refuse('forbidden_key', 'the member name __proto__ is not allowed');
      if (Object.hasOwn(result, name)) this.refuse('duplicate_key', 'the member occurs twice');
      this.space();
      if (this.text[this.at] !== ':') this.malformed('a colon was expected');
      this.at++;
      result[name] = this.value();
      this.path.pop();
      if (this.next('}')) return this.leave(result);
    }
  }

  private array(): JsonValue {
    this.enter();
    const result: JsonValue[] = [];
    this.at++;
    this.space();
    if (this.text[this.at] === ']') return this.leave(result);
    for (;;) {
      this.path.push(result.length);
      result.push(this.value());
      this.path.pop();
      if (this.next(']')) return this.leave(result);
    }
  }

  /** After an element: true at the closing bracket (not consumed), false after a comma. */
  private next(close: ']' | '}'): boolean {
    this.space();
    const char = this.text[this.at];
    if (char === close) return true;
    if (char !== ',') this.malformed(`a comma or ${close} was expected`);
    this.at++;
    return false;
  }

  private depth = 0;

  private enter(): void {
    if (++this.depth > this.maxDepth) this.refuse('too_deep', `nesting is deeper than ${this.maxDepth}`);
  }

  private leave<T>(value: T): T {
    this.depth--;
    this.at++;
    return value;
  }

  private string(): string {
    const start = this.at++;
    for (;;) {
      STRING_END.lastIndex = this.at;
      const found = STRING_END.exec(this.text);
      if (!found) this.malformed('a string does not end');
      this.at = found.index + 1;
      if (found[0] === '"') break;
      if (found[0] !== '\\') this.malformed('a control character in a string is not escaped');
      this.at++;
    }
    const value = this.decode(this.text.slice(start, this.at));
    if (!value.isWellFormed()) this.refuse('lone_surrogate', 'a string holds half of a surrogate pair');
    return value;
  }

  private decode(literal: string): string {
    if (!literal.includes('\\')) return literal.slice(1, -1);
    try {
      return JSON.parse(literal) as string;
    } catch {
      return this.malformed('a string holds an invalid escape');
    }
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) return this.malformed('a value was expected');
    this.at += found[0].length;
    const value = Number(found[0]);
    if (!Number.isFinite(value)) this.refuse('number_out_of_range', 'the number is too large');
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      this.refuse('unsafe_integer', 'the integer is beyond 2^53-1');
    return value;
  }

  private literal<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.malformed('a value was expected');
    this.at += word.length;
    return value;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private malformed(what: string): never {
    return this.refuse('malformed_json', `${what} (at character ${this.at})`);
  }

  private refuse(code: StrictJsonProblem['code'], message: string): never {
    const pointer = this.path.map((token) => `/${pointerToken(String(token))}`).join('');
    throw new Refusal({ code, pointer, message });
  }
}
