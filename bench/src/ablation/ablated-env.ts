import { readFile } from 'node:fs/promises';
import type { Edit } from './edits.js';
import type { HookData } from './hooks.js';

/** Carries {@link HookData} as JSON. */
export const ABLATION_ENV = 'BENCH_ABLATION';

/** The environment of Node processes that load edited modules. Without edits it is as given. */
export function ablatedEnv(env: NodeJS.ProcessEnv, data: HookData): NodeJS.ProcessEnv {
  if (data.edits.length === 0) return env;
  const register = new URL('./register.js', import.meta.url).href;
  return {
    ...env,
    NODE_OPTIONS: [env['NODE_OPTIONS'], `--import ${register}`].filter(Boolean).join(' '),
    [ABLATION_ENV]: JSON.stringify(data),
  };
}

/** Throws when a file was edited in no process: then what is measured is not what it is called. */
export async function requireEdited({ edits, editedFile }: HookData): Promise<void> {
  if (edits.length === 0) return;
  const edited = new Set((await readFile(editedFile, 'utf8')).split('\n'));
  const missed = filesOf(edits).filter((file) => !edited.has(file));
  if (missed.length > 0) throw new Error(`no process has loaded ${missed.join(', ')}: the code moved`);
}

const filesOf = (edits: readonly Edit[]) => [...new Set(edits.map(({ file }) => file))];
