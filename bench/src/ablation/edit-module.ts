import type { Edit } from './edits.js';

/** Makes the edits of one module. Throws when the place of one is not there, or there more than once: the code moved. */
export function editModule(source: string, edits: readonly Edit[]): string {
  return edits.reduce((text, { file, find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2)
      throw new Error(
        `the benchmark's edit does not fit: ${file} has ${parts.length - 1} places like ${find}`,
      );
    return parts.join(replace);
  }, source);
}
