import { scanInline, ScanPool, usualPool } from '@countersign/output-scanner';
import { measure } from './measure.js';
import { jsonResults, logText } from './texts.js';

// `node bench/dist/detectors/bench-scan-threads.js`: what a result costs when it is scanned on the event loop, and when it
// is given to a thread. CPU time is that of the process, all threads together.
const KB = 1024;

const outputs: readonly [name: string, outputs: readonly string[], calls: number][] = [
  ['1 KB', jsonResults(400), 8000],
  ['8 KB', Array.from({ length: 40 }, (_, at) => logText(8 * KB, 0, `small ${at}`)), 2000],
  ['64 KB', Array.from({ length: 8 }, (_, at) => logText(64 * KB, 0, `log ${at}`)), 400],
  ['400 KB', [logText(400 * KB, 0, 'large')], 60],
];
const options = { fingerprintKey: Buffer.from('key of a bench'), regions: [], actions: [] };
const pool = new ScanPool({ ...usualPool(), threads: 1 });

for (const [name, texts, calls] of outputs) {
  const bodies = texts.map((output) => JSON.stringify({ output, error: null, effects: [] }));
  const inline = await measure('event loop', name, bodies, calls, (text) =>
    scanInline(JSON.parse(text) as Parameters<typeof scanInline>[0], text.length, options),
  );
  const thread = await measure('thread', name, bodies, calls, (text) =>
    pool.scan({ text, bytes: text.length, lane: 'bench', options }),
  );
  for (const { engine, p50_us, p99_us, mb_per_cpu_second } of [inline, thread])
    console.log(
      `${name.padEnd(7)} ${engine.padEnd(10)} p50 ${p50_us} us, p99 ${p99_us} us, ${mb_per_cpu_second} MB per CPU second`,
    );
}
await pool.close();
