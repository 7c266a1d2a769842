import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Scan } from './measure.js';

/** Where peers are installed by hand: they are no dependency of this repository. */
const peers = fileURLToPath(new URL('../../peers/', import.meta.url));

interface Core {
  lintSource(request: object): Promise<unknown>;
}
interface Preset {
  readonly creator: object;
}
interface Profiler {
  readonly secretLintProfiler: { mark: (marker: unknown) => void; setEnabled?: (enabled: boolean) => void };
}

/** secretlint with its recommended rules and its profiler off; undefined when it is not installed. */
export async function loadSecretlint(): Promise<Scan | undefined> {
  if (!existsSync(`${peers}node_modules/@secretlint/core`)) return undefined;
  const core = await load<Core>('@secretlint/core');
  const { creator } = await load<Preset>('@secretlint/secretlint-rule-preset-recommend');
  const { secretLintProfiler } = await load<Profiler>('@secretlint/profiler');
  switchOff(secretLintProfiler);
  const config = {
    rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }],
  };
  return (content) =>
    core.lintSource({
      source: { filePath: '/result.txt', content, contentType: 'text', ext: '.txt' },
      options: { config, noPhysicFilePath: true },
    });
}

/** Version 11 has no switch, and keeps what it marks for ever. */
function switchOff(profiler: Profiler['secretLintProfiler']): void {
  if (profiler.setEnabled === undefined) profiler.mark = () => undefined;
  else profiler.setEnabled(false);
}

async function load<T>(name: string): Promise<T> {
  const require = createRequire(`${peers}package.json`);
  return (await import(pathToFileURL(require.resolve(name)).href)) as T;
}
