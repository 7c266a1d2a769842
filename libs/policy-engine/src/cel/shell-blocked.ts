import { COMMAND_END, shellWords } from '../classify/shell-words.js';

/** The words of one command. */
type Command = readonly string[];

/**
 * Whether a blocked phrase occurs in a command line, however it is quoted, escaped, spaced or wrapped. A phrase is words
 * that begin a command (with or without a folder), and then options and words in any order; short options are
 * compared by letter, so `rm -rf` is found in `rm -f x -r` as well.
 */
export function isShellBlocked(command: string | readonly string[], phrases: readonly string[]): boolean {
  const text = typeof command === 'string' ? command : command.join(' ');
  const wanted = phrases.map((phrase) => shellWords(phrase, 'shell').filter((word) => word !== COMMAND_END));
  const readings = [shellWords(text, 'shell'), ...(text.includes('\\') ? [shellWords(text, 'encoded')] : [])];
  return readings.some((words) =>
    commandsOf(words).some((line) => wanted.some((phrase) => phrase.length > 0 && occurs(phrase, line))),
  );
}

function commandsOf(words: readonly string[]): Command[] {
  const commands: string[][] = [[]];
  for (const word of words) {
    if (word === COMMAND_END) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands;
}

function occurs(phrase: readonly string[], command: Command): boolean {
  const firstOption = phrase.findIndex((word) => word.startsWith('-'));
  const head = firstOption < 0 ? phrase : phrase.slice(0, firstOption);
  const rest = firstOption < 0 ? [] : phrase.slice(firstOption);
  const [name] = head;
  for (let at = 0; at + head.length <= command.length; at++) {
    const begins = head.every((word, next) =>
      next === 0 ? isNamed(command[at] ?? '', name ?? word) : command[at + next] === word,
    );
    if (begins && hasAll(rest, command.slice(at + head.length))) return true;
  }
  return false;
}

const isNamed = (word: string, name: string) => word === name || word.endsWith(`/${name}`);

function hasAll(wanted: readonly string[], words: readonly string[]): boolean {
  const letters = new Set(words.filter(isCluster).flatMap((word) => [...word.slice(1)]));
  return wanted.every((word) =>
    isCluster(word)
      ? words.includes(word) || [...word.slice(1)].every((letter) => letters.has(letter))
      : words.some((given) => given === word || given.startsWith(`${word}=`)),
  );
}

const isCluster = (word: string) => /^-[a-z0-9]+$/.test(word);
