import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer } from '@countersign/infra';
import { ROOT } from '@countersign/standalone';
import { runBus, type BusRound } from './bus/run-bus.js';
import { runCell, type CellRun } from './measure/run-cell.js';
import { summarise } from './measure/summary.js';
import { POLICY_USAGE, readPolicyOptions, type PolicyOptions } from './options.js';
import { busTable } from './report/bus-table.js';
import { policyTables } from './report/policy-tables.js';

// `npm run bench -- policy`: the policy engine beside others with the same rules and jobs, and the question over the bus.
process.setMaxListeners(50);
const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

let options: PolicyOptions;
try {
  options = readPolicyOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${POLICY_USAGE}`);
  process.exit(2);
}
const { rounds, sizes, kinds, engines, windows, bus: busPlan } = options;
const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
const file = join(RESULTS, `policy-${stamp}.json`);
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
const runs: CellRun[] = [];
let bus: readonly BusRound[] = [];
await mkdir(RESULTS, { recursive: true });
const keep = () =>
  writeFile(file, `${JSON.stringify({ date: stamp, machine, ...options, runs, bus }, null, 2)}\n`);

if (busPlan) {
  const natsBin = await findNatsServer(join(ROOT, '.countersign/cache'), (message) => console.error(message));
  bus = await runBus(natsBin, rounds, busPlan);
  await keep();
}
for (let round = 1; round <= rounds; round++)
  for (const kind of kinds)
    for (const rules of sizes)
      for (const engine of turned(engines, round)) {
        const run = await runCell({ engine, rules, kind }, round, windows);
        runs.push(run);
        // After each one, so that a run that is cut short keeps what it has.
        await keep();
        const told = run.result?.mixes.map(({ mix, perSec }) => `${mix} ${Math.round(perSec)}/s`).join(', ');
        console.error(
          `round ${round}, ${kind}, ${rules} rules, ${engine}: ${told ?? run.crashes.join(', ')}`,
        );
      }
console.log(
  `Machine: ${machine.cores} × ${machine.cpu}, Node ${machine.node}. Medians of ${rounds} round${rounds === 1 ? '' : 's'}, a process for each engine and set of rules.\n`,
);
const summaries = summarise(runs);
if (summaries.length > 0) {
  console.log(policyTables(summaries, runs));
  const checked = summaries.map((one) => one.checked);
  console.log(
    `\nAll engines gave the expected answer to every job that was checked: ${Math.min(...checked)} to ${Math.max(...checked)} of each mix.\n`,
  );
}
if (bus.length > 0) console.log(busTable(bus));
console.log(`\nRaw data: ${file}`);

/** Another engine begins each round. */
function turned<T>(items: readonly T[], by: number): readonly T[] {
  const start = (by - 1) % Math.max(1, items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
