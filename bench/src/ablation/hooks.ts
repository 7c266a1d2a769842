import { appendFileSync } from 'node:fs';
import type { LoadHook } from 'node:module';
import { editModule } from './edit-module.js';
import type { Edit } from './edits.js';

/** What the hooks are registered with. */
export interface HookData {
  readonly edits: readonly Edit[];
  /** The name of each file that was edited is written here, a line each. */
  readonly editedFile: string;
}

let data: HookData = { edits: [], editedFile: '' };

export function initialize(given: HookData): void {
  data = given;
}

/** Edits modules as they are loaded. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  const own = data.edits.filter(({ file }) => url.endsWith(`/${file}`));
  const [first] = own;
  if (!first) return loaded;
  if (loaded.source === undefined || loaded.source === null)
    throw new Error(`${url} was loaded without its text`);
  const text =
    typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString();
  const source = editModule(text, own);
  appendFileSync(data.editedFile, `${first.file}\n`);
  return { ...loaded, source };
};
