import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNatsServer } from '@countersign/infra';
import { ROOT } from '@countersign/standalone';
import { runVariant, type VariantResult } from './measure/run-variant.js';
import { readOptions, USAGE, type Options } from './options.js';
import { setting, tables } from './report/table.js';

// `npm run bench`: the governed road beside a bare pipeline, same machine, same run.
// Each process that is started is killed when this one exits, and has a listener for it.
process.setMaxListeners(50);
const RESULTS = fileURLToPath(new URL('../results', import.meta.url));

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exit(2);
}
const { rounds, variants, plan } = options;
const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
const natsBin = await findNatsServer(join(ROOT, '.countersign/cache'), (message) => console.error(message));
await mkdir(RESULTS, { recursive: true });
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memory_bytes: totalmem(),
  node: process.version,
};
const file = join(RESULTS, `${stamp}.json`);
const results: VariantResult[] = [];
for (let round = 1; round <= rounds; round++)
  for (const variant of variants) {
    const profileDir = options.profile ? join(RESULTS, `profiles-${stamp}`) : undefined;
    const result = await runVariant(variant, round, {
      natsBin,
      plan,
      ...(profileDir === undefined ? {} : { profileDir }),
    });
    results.push(result);
    // After each one, so that a run that is cut short keeps what it has.
    await writeFile(file, `${JSON.stringify({ date: stamp, machine, plan, rounds, results }, null, 2)}\n`);
    const { jobsPerSec, cpuTotal } = result.saturated;
    console.error(
      `round ${round}, ${variant}: ${Math.round(jobsPerSec)} jobs/s, ${Math.round(cpuTotal)} µs/job, checked ${JSON.stringify(result.checked)}`,
    );
  }
console.log(`${setting(plan, rounds)}\nMachine: ${machine.cores} × ${machine.cpu}, Node ${machine.node}.\n`);
console.log(tables(results, plan));
console.log(
  `\nEvery job was collected once, and every governed job is COMPLETED with one attempt; the audit chain verifies.`,
);
console.log(`Raw data: ${file}`);
