// Loaded by `node --import` in test builds alone: gives a process one planted bug, see planted-bugs.ts.
import { register } from 'node:module';

if (!process.env.NODE_OPTIONS?.includes('--conditions=@countersign/faults'))
  throw new Error('bugs are planted under the export condition @countersign/faults only');
register('./hooks.mjs', import.meta.url, { data: JSON.parse(process.env.COUNTERSIGN_PLANT ?? '[]') });
