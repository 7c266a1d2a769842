import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createScanner, keywordPass, scanText } from '@countersign/detectors';
import { measure, processorTimeOf, type Measurement, type Scan } from './measure.js';
import { loadSecretlint } from './peers.js';
import { corpusLines } from './corpus-table.js';
import { digitLogText, hostileShapes, jsonResults, logText } from './texts.js';

// `npm run bench -- detectors`: the detectors beside the pass over their keywords alone, and beside
// secretlint when it is installed in bench/peers.
const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));
const MEGABYTE = 1024 * 1024;
const STREAM_MEGABYTES = 50;

const loads: readonly [name: string, texts: readonly string[], calls: number][] = [
  ['1 KB JSON', jsonResults(400), 8000],
  ['64 KB log', Array.from({ length: 8 }, (_, index) => logText(64 * 1024, 2, `log ${index}`)), 160],
  ['1 MB log', [logText(MEGABYTE, 2)], 20],
  ['1 MB digits', [digitLogText(MEGABYTE)], 20],
];

const secretlint = await loadSecretlint();
const engines: readonly [name: string, scan: Scan | undefined][] = [
  ['keywords alone', keywordPass],
  ['countersign', scanText],
  ['secretlint', secretlint],
];

const measured: Measurement[] = [];
for (const [load, texts, calls] of loads)
  for (const [engine, scan] of engines)
    if (scan !== undefined) measured.push(await measure(engine, load, texts, calls, scan));

const stream = measureStream();
const slowest = hostileGrowth();
for (const { engine, load, p50_us, p99_us, mb_per_cpu_second } of measured)
  console.log(
    `${load.padEnd(11)} ${engine.padEnd(15)} p50 ${p50_us} us, p99 ${p99_us} us, ${mb_per_cpu_second} MB per CPU second`,
  );
if (secretlint === undefined)
  console.log('secretlint: not installed (npm install --prefix bench/peers to compare)');
console.log(
  `${STREAM_MEGABYTES} MB stream: ${stream.ms} ms, ${stream.cpu_ms} ms of CPU, ${stream.memory_mb} MB more memory`,
);
console.log(
  `hostile shapes: time at 128 KB is ${slowest.ratio} times that at 32 KB at most (${JSON.stringify(slowest.shape.slice(0, 24))})`,
);
for (const line of corpusLines(`${RESULTS}/detectors-corpus.json`)) console.log(line);

await mkdir(RESULTS, { recursive: true });
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
await writeFile(
  `${RESULTS}/detectors-speed.json`,
  `${JSON.stringify({ machine, measured, stream, slowest }, null, 2)}\n`,
);

/** A long stream in pieces of 64 KB, as it comes from a socket. */
function measureStream(): { readonly ms: number; readonly cpu_ms: number; readonly memory_mb: number } {
  const piece = Buffer.from(logText(MEGABYTE, 2, 'stream'));
  const memory = process.memoryUsage().rss;
  const scanner = createScanner({ fingerprintKey: Buffer.from('key of a bench') });
  const start = process.hrtime.bigint();
  const before = process.cpuUsage();
  let most = memory;
  for (let megabyte = 0; megabyte < STREAM_MEGABYTES; megabyte++) {
    for (let at = 0; at < piece.length; at += 65_536) scanner.push(piece.subarray(at, at + 65_536));
    most = Math.max(most, process.memoryUsage().rss);
  }
  scanner.end();
  const { user, system } = process.cpuUsage(before);
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  return {
    ms: Math.round(ms),
    cpu_ms: Math.round((user + system) / 1000),
    memory_mb: Math.round((most - memory) / 1e6),
  };
}

/** The shape whose time grows most from 32 KB to 128 KB, by the medians of three measurements each. */
function hostileGrowth(): { readonly shape: string; readonly ratio: number } {
  let slowest = { shape: '', ratio: 0 };
  for (const shape of hostileShapes) {
    const of = (length: number): string =>
      Buffer.from(shape.repeat(Math.ceil(length / shape.length)).slice(0, length)).toString();
    const [small, large] = [of(32 * 1024), of(128 * 1024)];
    const ratio = processorTimeOf(3, () => scanText(large)) / processorTimeOf(3, () => scanText(small));
    if (ratio > slowest.ratio) slowest = { shape, ratio: Math.round(ratio * 10) / 10 };
  }
  return slowest;
}
