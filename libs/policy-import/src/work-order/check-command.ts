import { isPhrase } from './blocked-patterns.js';
import { runsOthers, type CommandPrefix } from './command-prefix.js';
import { simpleCommand } from './simple-command.js';

/** Options by which harmless commands run others. */
const RUNS =
  /^-{1,2}(?:exec|execdir|ok|okdir|eval|command|checkpoint-action|to-command|use-compress-program|rsh|rsh-command|pager|upload-pack|receive-pack|ext-diff|shell)(?:=|$)/i;

/** Whether a command is one simple command that begins with one of the prefixes and runs no other. */
export function commandAllowed(command: string, prefixes: readonly CommandPrefix[]): boolean {
  const words = simpleCommand(command);
  return words !== undefined && prefixes.some((prefix) => beginsWith(command, words, prefix));
}

function beginsWith(command: string, words: readonly string[], prefix: CommandPrefix): boolean {
  const { words: wanted, pattern, stays } = prefix;
  if (wanted && !wanted.every((word, at) => words[at] === word)) return false;
  if (wanted && words.slice(wanted.length).some((word) => RUNS.test(word) || runsOthers(word))) return false;
  if (pattern !== undefined && !new RegExp(pattern).test(command)) return false;
  return !stays || !command.includes('..');
}

/** The first blocked pattern that occurs in a command: as it stands, or as a phrase under quotes, blanks and case. */
export function blockedPattern(command: string, patterns: readonly string[]): string | undefined {
  const words = bareWords(command);
  return patterns.find(
    (pattern) => command.includes(pattern) || (isPhrase(pattern) && hasPhrase(words, bareWords(pattern))),
  );
}

/** Lower-case words without quotes and escapes; quoted text is taken apart as well, since a wrapper would do so. */
function bareWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replaceAll(/["'\\]/g, '')
    .split(/[\s;&|<>()[\]{},:=`]+/)
    .filter((word) => word !== '');
}

/** Words in a row, then options and words in any order; short options are compared by letter (`-rf` is `-f -r`). */
function hasPhrase(words: readonly string[], phrase: readonly string[]): boolean {
  const firstOption = phrase.findIndex((word) => word.startsWith('-'));
  const head = firstOption < 0 ? phrase : phrase.slice(0, firstOption);
  const rest = phrase.slice(head.length);
  return words.some((_, at) => {
    const inRow = head.every((word, offset) => {
      const given = words[at + offset] ?? '';
      return given === word || (offset === 0 && given.endsWith(`/${word}`));
    });
    return inRow && rest.every((word) => hasOption(words.slice(at + head.length), word));
  });
}

function hasOption(words: readonly string[], wanted: string): boolean {
  const isCluster = (word: string) => /^-[a-z0-9]+$/.test(word);
  if (!isCluster(wanted)) return words.some((word) => word === wanted || word.startsWith(`${wanted}=`));
  const letters = new Set(words.filter(isCluster).flatMap((word) => [...word.slice(1)]));
  return words.includes(wanted) || [...wanted.slice(1)].every((letter) => letters.has(letter));
}
