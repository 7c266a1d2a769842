import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer } from '@countersign/infra';
import { Database } from '@countersign/persistence';
import { ROOT } from '@countersign/standalone';
import { Stops } from '../stops.js';
import { APPROVALS_USAGE, readApprovalsOptions, type ApprovalsOptions } from './options.js';
import { approvalsTables } from './report/approvals-tables.js';
import type { ApprovalsRound } from './report/goals.js';
import { runParts } from './run-parts.js';

// `npm run bench -- approvals`: how long an approval takes to reach a worker, and how long lists and the console take.
process.setMaxListeners(50);
const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

let options: ApprovalsOptions;
try {
  options = readApprovalsOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${APPROVALS_USAGE}`);
  process.exit(2);
}
const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
const file = join(RESULTS, `approvals-${stamp}.json`);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
const natsBin = await findNatsServer(join(ROOT, '.countersign/cache'), (message) => console.error(message));
await mkdir(RESULTS, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
const stops = new Stops();
let rounds: readonly ApprovalsRound[] = [];
try {
  await stops.guard(async () => {
    rounds = await runParts(stops, options, {
      folder,
      natsBin,
      ...(options.profile ? { profileDir: join(RESULTS, `profiles-${stamp}`) } : {}),
      openDatabase: (url) => Database.open({ url, schema: 'public', poolSize: 4 }),
      // After each round, so that a run that is cut short keeps what it has.
      keep: (done) =>
        writeFile(file, `${JSON.stringify({ date: stamp, machine, ...options, results: done }, null, 2)}\n`),
    });
    await stops.run();
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { rounds: count } = options;
console.log(
  `Machine: ${machine.cores} × ${machine.cpu}, Node ${machine.node}. Medians of ${count} round${count === 1 ? '' : 's'}.\n`,
);
console.log(approvalsTables(rounds, options));
console.log(`\nRaw data: ${file}`);
