import { EXIT } from '../exit-codes.js';
import { lintJson, printFindings } from '../lint/lint-policies.js';
import type { Shell } from '../shell.js';
import { loadBundle, type LoadedBundle } from './load-bundle.js';

export type ValidBundle = Extract<LoadedBundle, { readonly ok: true }>;

/**
 * Loads a bundle that a command needs. Of one with errors these are told, the exit code is set, and there is no result:
 * the command is over.
 */
export async function requireBundle(
  shell: Shell,
  path: string,
  json: boolean,
): Promise<ValidBundle | undefined> {
  const loaded = await loadBundle(path, shell.around.cwd);
  if (loaded.ok) return loaded;
  if (json) shell.json({ ok: false, ...lintJson(loaded) });
  else printFindings(shell, loaded);
  shell.exitCode = EXIT.wrong;
  return undefined;
}
