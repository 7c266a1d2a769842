/** Stands between two commands in what {@link shellWords} returns; a word itself is never empty. */
export const COMMAND_END = '';

/**
 * How backslashes are read. In a shell a backslash before a letter vanishes (`r\m` is `rm`) and before a newline joins
 * the lines; in a string that was encoded once more, `\n` is a newline. A text may be either, so callers try both.
 */
export type Backslash = 'shell' | 'encoded';

/** Also brackets, commas, colons and equals signs: so lists and objects written as text come apart like commands. */
const BLANKS = new Set(' \t\r\v\f\0\u00a0()[]{}<>,:=`');
const SEPARATORS = new Set(';|&');
const QUOTES = new Set('\'"');
/** By character code: whether a character is anything but part of a word. */
const SPECIAL = new Uint8Array(0x100);
for (const char of [...BLANKS, ...SEPARATORS, ...QUOTES, '\n', '$', '\\']) SPECIAL[char.charCodeAt(0)] = 1;
const isPlain = (code: number) => code > 0xff || SPECIAL[code] === 0;

/**
 * The words of a text that a shell might be given, lower-case, without quotes and escapes, in one pass. It is no shell:
 * it errs towards joining. Quoted text is taken apart as well (`sh -c "rm -r x"`), separators count only outside
 * quotes, and a newline before a `-` ends no command, since no command begins with one. Variables are not expanded.
 */
export function shellWords(text: string, backslash: Backslash): string[] {
  const chars = text.toLowerCase();
  const words: string[] = [];
  let word = '';
  let quote = '';
  let newline = false;
  const endWord = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  const endLine = () => {
    endWord();
    newline ||= quote === '';
  };
  const separate = () => {
    endWord();
    if (quote === '') words.push(COMMAND_END);
  };

  for (let at = 0; at < chars.length; at++) {
    const start = at;
    while (at < chars.length && isPlain(chars.charCodeAt(at))) at += 1;
    if (at > start) {
      if (newline && chars.charAt(start) !== '-') words.push(COMMAND_END);
      newline = false;
      word += chars.slice(start, at);
    }
    const char = chars.charAt(at);
    const next = chars.charAt(at + 1);
    if (char === '\n') endLine();
    else if (BLANKS.has(char)) endWord();
    else if (QUOTES.has(char)) {
      if (quote === '') quote = char;
      else if (quote === char) quote = '';
    } else if (SEPARATORS.has(char)) {
      if (isRedirection(chars, at)) endWord();
      else separate();
    } else if (char === '$') {
      if (chars.startsWith('ifs', at + 1)) {
        endWord();
        at += 3;
      } else if (isEmptyParameter(next)) at += 1;
    } else if (char === '\\' && backslash === 'encoded') {
      while (chars.charAt(at + 1) === '\\') at += 1;
      const escaped = chars.charAt(at + 1);
      if (escaped === 'n' || escaped === 'r') endLine();
      if (escaped === 't') endWord();
      if (escaped === 'n' || escaped === 'r' || escaped === 't') at += 1;
    } else if (char === '\\') {
      if (next === '\r' && chars.charAt(at + 2) === '\n') at += 2;
      else if (next === '\n' || next === '\\' || QUOTES.has(next)) at += 1;
      else if (SEPARATORS.has(next)) {
        endWord();
        at += 1;
      }
    }
  }
  endWord();
  return words;
}

/** `2>&1`, `&>file` and `>|file` redirect; they end no command. */
function isRedirection(chars: string, at: number): boolean {
  const before = chars.charAt(at - 1);
  return before === '>' || before === '<' || (chars.charAt(at) === '&' && chars.charAt(at + 1) === '>');
}

/** `$@`, `$*`, `$9` and the like are mostly empty: a known way to hide a word (`r$@m`). */
function isEmptyParameter(char: string): boolean {
  return char === '@' || char === '*' || char === '!' || (char >= '0' && char <= '9');
}
