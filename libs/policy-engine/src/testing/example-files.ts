import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PolicySource } from '../policy-source.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A file of the repository, by its path in it. */
export function repositoryText(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

/** The policy files that the documentation shows, by their path below `docs/policies`. */
export function exampleFiles(): PolicySource[] {
  return readdirSync(`${ROOT}docs/policies`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .sort()
    .map((file) => ({ file, text: repositoryText(`docs/policies/${file}`) }));
}

/** The bundles among them: a folder is one, and so is a file beside folders. */
export function exampleBundles(): { readonly name: string; readonly sources: readonly PolicySource[] }[] {
  const bundles = new Map<string, PolicySource[]>();
  for (const { file, text } of exampleFiles()) {
    const [folder = '', ...rest] = file.split('/');
    const inner = rest.length === 0 ? file : rest.join('/');
    bundles.set(folder, [...(bundles.get(folder) ?? []), { file: inner, text }]);
  }
  return [...bundles].map(([name, sources]) => ({ name, sources }));
}
