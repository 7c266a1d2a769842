// The front door: installs and builds what is missing, then runs one of the platform's commands. Needs Node and npm only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const state = join(root, '.countersign');
const [command = 'help', ...args] = process.argv.slice(2);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Countersign needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function run(program, programArgs, options = {}) {
  const result = spawnSync(program, programArgs, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) console.error(`${program} could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs from the lock when it differs from what was installed last. */
function install() {
  const stamp = join(state, 'installed');
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (
    existsSync(join(root, 'node_modules/typescript')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest
  )
    return;
  console.error('installing packages');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: process.platform === 'win32' });
  mkdirSync(state, { recursive: true });
  writeFileSync(stamp, digest);
}

/** Benches that measure other people's packages beside ours. Those are no part of the workspace: only these need them. */
const PEER_BENCHES = {
  policy: 'bench/dist/policy/main.js',
  detectors: 'bench/dist/detectors/bench-detectors.js',
};

/** Installs what is measured beside, when the lock of `bench/peers` differs from what was installed last. */
function installPeers() {
  const peers = join(root, 'bench/peers');
  const stamp = join(state, 'installed-peers');
  const digest = createHash('sha256')
    .update(readFileSync(join(peers, 'package-lock.json')))
    .digest('hex');
  if (existsSync(join(peers, 'node_modules')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest)
    return;
  console.error('installing what is measured beside');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  run('npm', args, { cwd: peers, shell: process.platform === 'win32' });
  mkdirSync(state, { recursive: true });
  writeFileSync(stamp, digest);
}

/** Compiles; a build without changes takes about a second. */
function build(...projects) {
  console.error('building');
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...projects]);
}

/** What the built console is made of. */
const CONSOLE_PARTS = [
  'apps/console/src',
  'apps/console/public',
  'apps/console/index.html',
  'apps/console/vite.config.mjs',
];

/** Builds the console when it or a package of its differs from what was built last: a build takes some seconds. */
function buildConsole() {
  const stamp = join(root, 'apps/console/dist/built-from');
  const digest = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const file of CONSOLE_PARTS.flatMap(filesOf))
    digest.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  const from = digest.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === from) return;
  console.error('building the console');
  run(process.execPath, [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    'apps/console',
    '--logLevel',
    'warn',
  ]);
  writeFileSync(stamp, from);
}

/** The files at or below a path, in one order everywhere, with their paths below the root; specs are no part of a build. */
function filesOf(path) {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.spec.'))
    .map((entry) => join(relative(root, entry.parentPath), entry.name))
    .sort();
}

const node = (script, ...rest) =>
  run(process.execPath, [
    '--enable-source-maps',
    '--max-semi-space-size=32',
    join(root, script),
    ...rest,
    ...args,
  ]);
const APPS = ['apps/standalone/tsconfig.lib.json', 'apps/worker-reference/tsconfig.lib.json'];

/** The path of nats-server, fetched into the cache when this machine has none. */
async function natsServer() {
  const { findNatsServer } = await import(pathToFileURL(join(root, 'tools/infra/dist/index.js')).href);
  return findNatsServer(join(state, 'cache'), (message) => console.error(message));
}

switch (command) {
  case 'demo':
    install();
    build(...APPS);
    buildConsole();
    node('apps/standalone/dist/demo.js');
    break;
  case 'start':
    install();
    build(...APPS);
    buildConsole();
    node('apps/standalone/dist/start.js');
    break;
  case 'test': {
    install();
    build();
    buildConsole();
    const env = { ...process.env, NATS_SERVER_BIN: await natsServer() };
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    run(process.execPath, [vitest, 'run', ...args], { env });
    if (args.length === 0) run(process.execPath, [vitest, 'run', '--root', join(root, 'test')], { env });
    break;
  }
  case 'test:faults': {
    install();
    build();
    const notes = '.countersign/fault-notes.jsonl';
    rmSync(join(root, notes), { force: true });
    const env = {
      ...process.env,
      NATS_SERVER_BIN: await natsServer(),
      COUNTERSIGN_FAULT_SUITE: 'whole',
      COUNTERSIGN_FAULT_NOTES: notes,
    };
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const filters = args.length > 0 ? args : ['faults/', 'service/claims.spec.ts'];
    const began = performance.now();
    const { status } = spawnSync(
      process.execPath,
      [vitest, 'run', '--root', join(root, 'test'), ...filters],
      { cwd: root, stdio: 'inherit', env },
    );
    // Also of a suite that ended red: its numbers are the ones to look at.
    if (args.length === 0 && existsSync(join(root, notes)))
      run(process.execPath, [
        join(root, 'test/faults/report/write-report.mjs'),
        join(root, notes),
        join(root, 'docs/reliability.md'),
        String((performance.now() - began) / 1000),
        String(status),
      ]);
    if (status !== 0) process.exit(status ?? 1);
    break;
  }
  case 'test:planted': {
    install();
    build();
    const env = { ...process.env, NATS_SERVER_BIN: await natsServer(), COUNTERSIGN_FAULT_SUITE: 'flow' };
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const filters = ['faults/flow-suite', ...(args.length > 0 ? ['-t', args[0]] : [])];
    run(process.execPath, [vitest, 'run', '--root', join(root, 'test'), ...filters], { env });
    break;
  }
  case 'test:simulation': {
    install();
    const env = { ...process.env, SIMULATION_SEEDS: process.env.SIMULATION_SEEDS ?? '10000' };
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const filters = args.length > 0 ? args : ['seeds-'];
    run(process.execPath, [vitest, 'run', '--project', 'simulation', ...filters], { env });
    break;
  }
  case 'mutation': {
    install();
    const engine = 'libs/policy-engine';
    const { FOLDERS } = await import(pathToFileURL(join(root, engine, 'mutation/folders.mjs')).href);
    const stryker = join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
    let weak = false;
    for (const folder of args.length > 0 ? args : FOLDERS) {
      const env = { ...process.env, COUNTERSIGN_MUTATE: folder };
      const { status } = spawnSync(process.execPath, [stryker, 'run', `${engine}/stryker.config.mjs`], {
        cwd: root,
        stdio: 'inherit',
        env,
      });
      weak ||= status !== 0;
    }
    run(process.execPath, [
      join(root, engine, 'mutation/write-report.mjs'),
      join(root, 'docs/mutation-testing.md'),
    ]);
    if (weak) process.exit(1);
    break;
  }
  case 'bench': {
    install();
    if (args[0] === 'approvals') {
      args.shift();
      build('bench');
      buildConsole();
      node('bench/dist/approvals/main.js');
      break;
    }
    const script = Object.hasOwn(PEER_BENCHES, args[0] ?? '') && PEER_BENCHES[args.shift()];
    if (script) installPeers();
    build('bench');
    node(script || 'bench/dist/bench.js');
    break;
  }
  case 'producer':
  case 'pool':
  case 'keys':
    install();
    build(...APPS);
    if (command === 'keys' && ['create', 'list', 'revoke'].includes(args[0])) {
      node('apps/standalone/dist/api-keys.js');
      break;
    }
    args.unshift(command);
    node('apps/standalone/dist/operate.js');
    break;
  default:
    console.error(
      'usage: node tools/run.mjs <demo|start|test|test:faults|test:planted|test:simulation|bench|mutation|producer|pool|keys>',
    );
    process.exit(2);
}
