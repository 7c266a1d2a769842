import { register } from 'node:module';
import { ABLATION_ENV } from './ablated-env.js';
import type { HookData } from './hooks.js';

// Loaded by `node --import` before each process of a variant that goes without something.
const given = process.env[ABLATION_ENV];
if (given === undefined) throw new Error(`${ABLATION_ENV} says nothing of what to edit`);
register('./hooks.js', import.meta.url, { data: JSON.parse(given) as HookData });
