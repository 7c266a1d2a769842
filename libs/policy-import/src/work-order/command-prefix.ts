import { INTERPRETERS, isNeverAllowed } from '@countersign/policy-engine';

/** An allowed beginning of a command; a command must meet everything that is given. */
export interface CommandPrefix {
  /** As the source writes it, without blanks around it. */
  readonly text: string;
  /** Whole words that a simple command must begin with; the language's `shell.allowed` says the same. */
  readonly words?: readonly string[];
  /** A pattern over the whole command, in RE2 syntax: for prefixes that end within a word, and for interpreters. */
  readonly pattern?: string;
  /** The prefix is a folder or part of a name: `..` would leave it. */
  readonly stays: boolean;
  /** The shortest command that it allows. */
  readonly sample: string;
}

/** Unquoted characters that mean nothing to a shell. */
const PLAIN = 'A-Za-z0-9_./:=,@%+^-';
const PLAIN_TEXT = new RegExp(`^[ ${PLAIN}]+$`);
const SYSTEM_FOLDER = /^\/(?:usr\/)?(?:local\/)?s?(?:bin)?\/?$/;
const OPEN_END = /[/:=_.-]$/;
const nameOf = (word: string) => word.slice(word.lastIndexOf('/') + 1).toLowerCase();

/** A prefix of an interpreter is for programs, not for inline code, so it is written as a pattern. */
const isInterpreter = (word: string) => INTERPRETERS.includes(nameOf(word).replace(/[0-9.]+$/, ''));

/** Reads a prefix of the source; a text says why it is refused. */
export function commandPrefix(source: string): CommandPrefix | string {
  const text = source.trim();
  if (!PLAIN_TEXT.test(text)) return 'has characters that mean something to a shell';
  const words = text.split(/ +/);
  const [first = ''] = words;
  if (first.includes('=')) return 'begins with an assignment';
  if (first.startsWith('-')) return 'begins with an option, not with a command';
  if (text.includes('..')) return 'goes up with ..';
  if (isNeverAllowed(first) && !isInterpreter(first))
    return `begins with ${nameOf(first)}, which runs any other command`;
  const open = OPEN_END.test(text) && !source.endsWith(' ');
  if (SYSTEM_FOLDER.test(text)) return 'is a folder of system commands, and some of them run any other';
  if (open && words.length === 1 && !/[A-Za-z0-9_].*\/|^\.\//.test(text)) {
    return 'ends within the name of a command, so that it allows commands of any name';
  }
  if (isInterpreter(first)) return interpreterPrefix(text, words, open);
  if (!open) return { text, words, stays: false, sample: text };
  const whole = words.slice(0, -1);
  return {
    text,
    ...(whole.length > 0 && { words: whole }),
    pattern: begins(words, true),
    stays: true,
    sample: `${text}x`,
  };
}

function interpreterPrefix(text: string, words: readonly string[], open: boolean): CommandPrefix | string {
  const [, program] = words;
  if (program?.startsWith('-') && program !== '-m') return 'gives an interpreter an option: name its program';
  const alone = program === undefined || (program === '-m' && words.length === 2);
  const start = words.map(escaped).join(' +');
  const pattern = alone ? `^${start} +[A-Za-z0-9_./][${PLAIN}]*${REST}` : begins(words, open);
  const sample = alone ? `${text} x` : `${text}${open ? 'x' : ''}`;
  return { text, pattern, stays: true, sample };
}

/** More words, then the end. */
const REST = `(?: +[${PLAIN}]+)* *$`;

const escaped = (word: string) => word.replaceAll(/[.+^]/g, (sign) => `\\${sign}`);

const begins = (words: readonly string[], open: boolean) =>
  `^${words.map(escaped).join(' +')}${open ? `[${PLAIN}]*` : ''}${REST}`;
