import { mayRunOthers } from './command-runners.js';

const PLAIN = /^[A-Za-z0-9_./:=,@%+^-]+$/;

/**
 * Whether a command is one simple command that begins with the words of one of the prefixes. Strict: whatever a shell
 * might read as more than words is not allowed, and neither are commands that are known to run others, whatever prefix
 * names them: a wrapper or an interpreter in front allows nothing.
 */
export function isShellAllowed(command: string | readonly string[], prefixes: readonly string[]): boolean {
  const words = typeof command === 'string' ? simpleWords(command) : listWords(command);
  if (!words || words.length === 0) return false;
  return prefixes.some((prefix) => {
    const wanted = simpleWords(prefix);
    if (!wanted || wanted.length === 0 || wanted.length > words.length) return false;
    return wanted.every((word, at) => word === words[at]) && !mayRunOthers(words, wanted.length);
  });
}

/** The arguments of a program that no shell sees. */
function listWords(words: readonly string[]): readonly string[] | undefined {
  return words.some((word) => /[\p{Cc}]/u.test(word)) ? undefined : words;
}

/** The words of a command line without anything that a shell expands; undefined if there is something else in it. */
function simpleWords(text: string): string[] | undefined {
  const words: string[] = [];
  const piece = /[ \t]+|'([^'\p{Cc}]*)'|"([^"$`\\!\p{Cc}]*)"|([^\s'"]+)/uy;
  let word: string | undefined;
  while (piece.lastIndex < text.length) {
    const found = piece.exec(text);
    if (!found) return undefined;
    const [, single, double, bare] = found;
    const part = single ?? double ?? bare;
    if (bare !== undefined && !PLAIN.test(bare)) return undefined;
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
