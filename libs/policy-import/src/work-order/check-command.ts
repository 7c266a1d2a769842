import { isShellAllowed, isShellBlocked } from '@countersign/policy-engine';
import { isPhrase } from './blocked-patterns.js';
import type { CommandPrefix } from './command-prefix.js';

/** Whether a command is one simple command that begins with one of the prefixes and runs no other. */
export function commandAllowed(command: string, prefixes: readonly CommandPrefix[]): boolean {
  return prefixes.some((prefix) => beginsWith(command, prefix));
}

/** Words by the engine's own reading; a pattern spans the whole command and lets nothing in that a shell reads. */
function beginsWith(command: string, { words, pattern, stays }: CommandPrefix): boolean {
  if (words && !isShellAllowed(command, [words.join(' ')])) return false;
  if (pattern !== undefined && !new RegExp(pattern).test(command)) return false;
  return !stays || !command.includes('..');
}

/** The first blocked pattern that occurs in a command: as it stands, or as a phrase under quotes, blanks and case. */
export function blockedPattern(command: string, patterns: readonly string[]): string | undefined {
  return patterns.find(
    (pattern) =>
      command.includes(pattern) || (isPhrase(pattern) && isShellBlocked(command, [pattern.trim()])),
  );
}
