import type { SourceSyntax } from './read-source.js';

/** By the file's name; else by the first character that tells. */
export function guessSyntax(text: string, fileName: string): SourceSyntax {
  if (/\.toml$/i.test(fileName)) return 'toml';
  if (/\.ya?ml$/i.test(fileName)) return 'yaml';
  if (/\.json$/i.test(fileName)) return 'json';
  if (text.trimStart().startsWith('{')) return 'json';
  return /^\s*(?:\[[\w."-]+\]|[\w"-]+\s*=)/m.test(text) && !/^\s*[\w"-]+\s*:/m.test(text) ? 'toml' : 'yaml';
}
