import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plantedKey } from './planted-key.js';

/** More findings than can be looked at one by one: an output that holds them is quarantined whole. */
const KEYS = 1_100;

/** Fills a file in the worker's workspace with keys; gives the job that reads it. */
export async function fullFile(workerDir: string): Promise<Record<string, unknown>> {
  const keys = Array.from({ length: KEYS }, plantedKey);
  await writeFile(join(workerDir, 'workspace/keys.txt'), keys.join('\n'));
  return { topic: 'job.mcp-bridge.read.file', params: { file: 'keys.txt' } };
}
