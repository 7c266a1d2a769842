// In a checkout the program is compiled when it is first run, and after its sources have changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = dirname(dirname(fileURLToPath(import.meta.url)));
const project = join(cli, 'tsconfig.lib.json');
const built = join(cli, 'dist/main.js');
/** Touched after each build that went well: compilers leave outputs alone that would not change. */
const stamp = join(cli, 'dist/.built');

/** Compiles if need be; whether there is a program to run. Without sources, as in a package, there is nothing to compile. */
export function buildIfStale() {
  if (!existsSync(project) || !existsSync(join(cli, 'src'))) return true;
  const began = new Date();
  if (existsSync(built) && existsSync(stamp) && newest() <= statSync(stamp).mtimeMs) return true;
  const compiler = join(cli, '../../node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    console.error('countersign: packages are missing; run npm ci in the checkout first');
    return false;
  }
  console.error('building…');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-b', project], { encoding: 'utf8' });
  if (status !== 0) {
    console.error(`${stdout ?? ''}countersign: it does not compile`);
    return false;
  }
  // Of the time before the build: what was saved during it is not in it.
  writeFileSync(stamp, `${began.toISOString()}\n`);
  utimesSync(stamp, began, began);
  return true;
}

/** When a source of the program, or of a library in it, was last changed; in milliseconds. */
function newest() {
  let latest = 0;
  for (const config of projects(project)) {
    latest = Math.max(latest, statSync(config).mtimeMs);
    const sources = join(dirname(config), 'src');
    for (const file of readdirSync(sources, { recursive: true })) {
      if (/\.ts$/.test(file) && !/\.spec\.ts$/.test(file))
        latest = Math.max(latest, statSync(join(sources, file)).mtimeMs);
    }
  }
  return latest;
}

/** A project and all that it refers to. */
function projects(config, found = new Set()) {
  if (found.has(config)) return found;
  found.add(config);
  const { references = [] } = JSON.parse(readFileSync(config, 'utf8'));
  for (const { path } of references) projects(resolve(dirname(config), path), found);
  return found;
}
