import { isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';
import type { PolicyProblem } from '../policy-source.js';
import { ProblemCode } from '../vocabulary.js';
import { didYouMean } from './suggest.js';

/** A member of a mapping: where its key stands, and its value (null if left out). */
export interface Member {
  readonly key: Node;
  readonly value: Node | null;
}

/** A mapping whose keys are all known. */
export interface Section {
  readonly node: Node;
  readonly members: ReadonlyMap<string, Member>;
}

/** Where something stands in a file. */
export type Place = Pick<PolicyProblem, 'file' | 'line' | 'column'>;

/** A condition as a file has it. */
export interface WrittenCondition {
  readonly text: string;
  /** The id of its entry, if that has one. */
  readonly of: string | undefined;
  /** The place of a character of it, counted from its start. */
  readonly placeOf: (offset: number) => Place;
}

/** Lists by name. */
export type NamedLists = ReadonlyMap<string, readonly string[]>;

/** Longest text anywhere in a policy, in characters; a reason is a sentence, not a document. */
const MAX_TEXT_LENGTH = 1024;
/** Longest list in one rule. */
const MAX_LIST_LENGTH = 1024;
/** Largest limit: fits a 32-bit integer, as databases and timers take them. */
export const MAX_LIMIT = 2 ** 31 - 1;
const UNIT_SEC: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * Reads typed values out of a YAML tree and collects a problem, with its place, for each that is not as it should be.
 * Every reading method answers undefined after such a problem: the set is refused, and reading goes on to find more.
 */
export class PolicyReader {
  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly problems: PolicyProblem[],
    private readonly source: string,
  ) {}

  private sets: NamedLists = new Map();
  /** The conditions read so far, also those of entries that are refused for something else. */
  readonly conditions: WrittenCondition[] = [];

  /** The bundle's named lists, from here on. In lists, `$name` stands for the members of one. */
  useSets(sets: NamedLists): void {
    this.sets = sets;
  }

  /** Problems so far, of all files that share the list of problems. */
  get problemCount(): number {
    return this.problems.length;
  }

  /** Where a node begins. A node without a place, such as a value left out, counts as the file's start. */
  placeOf(node: Node | null): Place {
    const { line, col } = this.lines.linePos(node?.range?.[0] ?? 0);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /**
   * Where the character at `offset` of a scalar's text stands in the file. Each line of the text is looked for in the
   * source between the scalar's bounds; where escapes or folding changed it, the scalar's start is told.
   */
  placeInText(node: Node, from: number, to: number, text: string, offset: number): Place {
    const before = text.slice(0, offset).split('\n');
    const source = this.source.slice(from, to);
    let at = 0;
    for (const [row, line] of text.split('\n').entries()) {
      const wanted = line.trimStart();
      const found = source.indexOf(wanted, at);
      if (found < 0) break;
      if (row === before.length - 1) {
        const indent = line.length - wanted.length;
        const column = Math.max((before[row]?.length ?? 0) - indent, 0);
        const { line: fileLine, col } = this.lines.linePos(from + found + column);
        return { file: this.file, line: fileLine, column: col };
      }
      at = found + wanted.length;
    }
    return this.placeOf(node);
  }

  /** Records a problem at a place. */
  faultAt(place: Place, code: ProblemCode, message: string): undefined {
    this.problems.push({ ...place, code, message });
    return undefined;
  }

  /** Records a problem at a node. */
  fault(node: Node | null, code: ProblemCode, message: string): undefined {
    this.problems.push({ ...this.placeOf(node), code, message });
    return undefined;
  }

  /** A mapping of known keys. Any other key is a problem of the given code. */
  section(
    member: Member,
    what: string,
    known: readonly string[],
    unknown: ProblemCode = ProblemCode.UnknownKey,
  ): Section | undefined {
    const map = this.mapping(member, what);
    if (!map) return undefined;
    const members = this.members(map);
    for (const [name, { key }] of members) {
      if (known.includes(name)) continue;
      this.fault(
        key,
        unknown,
        `${what} has no ${quoted(name)}${didYouMean(name, known)}; known: ${known.join(', ')}`,
      );
    }
    return { node: map, members };
  }

  /** A mapping of free names to texts, sorted by name. At least one is needed. */
  texts(member: Member, what: string, isName: (name: string) => boolean): [string, string][] | undefined {
    const map = this.mapping(member, what);
    if (!map) return undefined;
    const entries: [string, string][] = [];
    for (const [name, { key, value }] of this.members(map)) {
      if (!isName(name)) this.fault(key, ProblemCode.BadValue, `${what} can't have the name ${quoted(name)}`);
      const text = this.text({ key, value }, `${what}.${name}`);
      if (text !== undefined) entries.push([name, text]);
    }
    if (map.items.length === 0)
      return this.fault(map, ProblemCode.EmptyCondition, `${what} is empty; leave it out`);
    return entries.sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** The members of a mapping with free names, as written. */
  entries(member: Member, what: string): ReadonlyMap<string, Member> | undefined {
    const map = this.mapping(member, what);
    return map && this.members(map);
  }

  /** The items of a sequence as members, so that they are read like values. */
  items(member: Member, what: string): Member[] | undefined {
    const { value, key } = member;
    if (!isSeq<Node>(value)) return this.fault(value ?? key, ProblemCode.WrongType, `${what} must be a list`);
    return value.items.map((item) => ({ key: item, value: item }));
  }

  /** The items of a sequence that must have some, or none if the member is left out. */
  entriesOf(member: Member | undefined, what: string): readonly Member[] {
    const items = member && this.items(member, what);
    if (items?.length === 0) this.fault(member?.value ?? null, ProblemCode.EmptyPolicy, `${what} is empty`);
    return items ?? [];
  }

  /** A list of texts, sorted and without doubles; each must satisfy `fault` (which says why one doesn't). */
  list(
    member: Member,
    what: string,
    fault: (item: string) => string | undefined,
    code: ProblemCode = ProblemCode.BadValue,
  ): string[] | undefined {
    const items = this.items(member, what);
    if (!items) return undefined;
    if (items.length > MAX_LIST_LENGTH) {
      return this.fault(
        member.value,
        ProblemCode.TooLarge,
        `${what} has more than ${MAX_LIST_LENGTH} entries`,
      );
    }
    const texts = new Set<string>();
    for (const item of items) {
      for (const text of this.namesOf(item, what)) {
        const why = fault(text);
        if (why !== undefined) this.fault(item.value, code, `${quoted(text)} in ${what} ${why}`);
        texts.add(text);
      }
    }
    return [...texts].sort();
  }

  /** A text of a list, or the members of the set that it names. */
  private namesOf(item: Member, what: string): readonly string[] {
    const text = this.text(item, `an entry of ${what}`);
    if (text === undefined) return [];
    if (!text.startsWith('$')) return [text];
    const name = text.slice(1);
    const members = this.sets.get(name);
    if (members) return members;
    const known = [...this.sets.keys()];
    this.fault(
      item.value,
      ProblemCode.UnknownSet,
      `there is no set ${quoted(name)}${didYouMean(name, known)}; known: ${known.join(', ') || 'none'}`,
    );
    return [];
  }

  /** A text. Numbers, booleans and empty values are not taken for one. */
  text({ key, value }: Member, what: string, longest = MAX_TEXT_LENGTH): string | undefined {
    if (!isScalar(value) || typeof value.value !== 'string') {
      return this.fault(value ?? key, ProblemCode.WrongType, `${what} must be a text`);
    }
    if (value.value.length > longest) {
      return this.fault(value, ProblemCode.TooLarge, `${what} is longer than ${longest} characters`);
    }
    if (/\p{Surrogate}/u.test(value.value)) {
      return this.fault(value, ProblemCode.BadValue, `${what} holds half of a surrogate pair`);
    }
    return value.value;
  }

  /** One of a closed list of words, spelled exactly so. */
  word<T extends string>(
    member: Member,
    what: string,
    words: readonly T[],
    code: ProblemCode = ProblemCode.BadValue,
  ): T | undefined {
    const text = this.text(member, what);
    if (text === undefined) return undefined;
    const word = words.find((candidate) => candidate === text);
    return (
      word ??
      this.fault(
        member.value,
        code,
        `${what} can't be ${quoted(text)}${didYouMean(text, words)}; known: ${words.join(', ')}`,
      )
    );
  }

  /** A whole number between `least` and {@link MAX_LIMIT}. */
  integer(member: Member, what: string, least: number): number | undefined {
    const number = this.number(member, what);
    if (number === undefined) return undefined;
    if (Number.isInteger(number) && number >= least && number <= MAX_LIMIT) return number;
    return this.fault(
      member.value,
      ProblemCode.BadLimit,
      `${what} must be a whole number from ${least} to ${MAX_LIMIT}`,
    );
  }

  /** A finite number; -0 is read as 0. `1e999` and `.inf` are no numbers that a limit could be compared with. */
  number({ key, value }: Member, what: string): number | undefined {
    if (isScalar(value) && typeof value.value === 'number') {
      if (Number.isFinite(value.value)) return value.value === 0 ? 0 : value.value;
      return this.fault(value, ProblemCode.BadLimit, `${what} must be a finite number`);
    }
    return this.fault(value ?? key, ProblemCode.WrongType, `${what} must be a number`);
  }

  /** `true` or `false`, as YAML spells them. */
  boolean({ key, value }: Member, what: string): boolean | undefined {
    if (isScalar(value) && typeof value.value === 'boolean') return value.value;
    return this.fault(value ?? key, ProblemCode.WrongType, `${what} must be true or false`);
  }

  /** A time such as `30s`, `10m`, `2h` or `1d`, in seconds. */
  duration(member: Member, what: string): number | undefined {
    const text = this.text(member, what);
    if (text === undefined) return undefined;
    const [, count, unit] = /^([1-9][0-9]{0,9})([smhd])$/.exec(text) ?? [];
    const seconds = Number(count) * (UNIT_SEC[unit ?? ''] ?? Number.NaN);
    if (seconds <= MAX_LIMIT) return seconds;
    return this.fault(
      member.value,
      ProblemCode.BadLimit,
      `${what} must read like "30s", "10m", "2h" or "1d"`,
    );
  }

  private mapping({ key, value }: Member, what: string): YAMLMap<Node, Node | null> | undefined {
    if (isMap<Node, Node | null>(value)) return value;
    return this.fault(value ?? key, ProblemCode.WrongType, `${what} must be a mapping`);
  }

  private members(map: YAMLMap<Node, Node | null>): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>();
    for (const { key, value } of map.items) {
      if (isScalar(key) && typeof key.value === 'string') members.set(key.value, { key, value });
      else this.fault(key, ProblemCode.WrongType, 'a key must be a text');
    }
    return members;
  }
}

/** A text in a message: on one line, with hidden characters made visible, and short. */
export function quoted(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return JSON.stringify(short).replace(
    /[^\x20-\x7e…]/gu,
    (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
