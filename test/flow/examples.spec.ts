import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import { afterAll, describe, expect, it } from 'vitest';
import { MODES, usePlatform } from './support/platform.js';

describe.each(MODES)('the examples, %s', (mode) => {
  const platform = usePlatform(mode, { asCommand: true });
  let worker: ChildProcess | undefined;
  afterAll(async () => {
    if (worker?.exitCode !== null || worker.signalCode !== null) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  });

  const run = (script: string, ...args: string[]) =>
    spawn(process.execPath, [join(ROOT, 'examples', script), ...args], {
      env: { ...process.env, ...platform().servers.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('the example producer gets the output that the example worker made', async () => {
    worker = run('worker.mjs');
    const producer = run('producer.mjs', 'job.example.hello');
    let printed = '';
    producer.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    const [code] = (await once(producer, 'exit')) as [number | null];
    expect(printed).toContain('output.default.local-producer.example.hello');
    expect(printed).toContain('hello from a governed job');
    expect(code).toBe(0);
  });
});
