import { MIXES } from '../data/jobs.js';
import { rulesOf } from '../data/rules.js';
import { LOADERS } from '../engines/load-engine.js';
import { settingsOf, tell } from '../../parts/part-process.js';
import type { CellResult, CellSettings, MixResult } from './cell.js';
import { clockCost } from './clock.js';
import { measureMix } from './measure-mix.js';

// A process of its own for each measurement: no engine meets the memory or the compiled code of another, and one that
// crashes takes nothing with it.
const { engine: name, rules: count, kind, windows } = settingsOf<CellSettings>();
const rules = rulesOf(count, kind);
const began = performance.now();
const engine = await LOADERS[name](rules);
const loadMs = performance.now() - began;
const clockNs = clockCost();
const mixes: MixResult[] = [];
for (const mix of MIXES) mixes.push(await measureMix(mix, rules, engine, windows, clockNs));
tell({ loadMs, clockUs: clockNs / 1000, mixes } satisfies CellResult);
process.disconnect();
