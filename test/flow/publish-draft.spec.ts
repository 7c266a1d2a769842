import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '@countersign/standalone';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { usePlatform } from './support/platform.js';

const PATIENTLY = { timeout: 30_000, interval: 50 };

describe('write, audit, publish (O3)', () => {
  const platform = usePlatform('standalone');
  const started: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  const run = (script: string) => {
    const child = spawn(process.execPath, [join(ROOT, 'examples', script)], {
      env: { ...process.env, ...platform().servers.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.push(child);
    return child;
  };

  it('refuses the draft with a token, and publishes the bytes of the clean one that a person has approved', async () => {
    const { api } = platform();
    run('worker.mjs');
    const example = run('publish-draft/publish.mjs');
    let printed = '';
    example.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    const exit = once(example, 'exit');
    const [, waiting = ''] = await vi.waitFor(() => {
      const found = /clean draft: waits for a person to approve (\S+)/.exec(printed);
      expect(found, printed).not.toBeNull();
      return found!;
    }, PATIENTLY);
    expect(printed).toContain('draft with a token: denied, input_finding');
    await api.resolve(waiting, 'approve');
    const [code] = (await exit) as [number | null];
    const drafts = [...printed.matchAll(/clean draft: .*draft ([0-9a-f]{16})/g)].map(([, hash]) => hash);
    expect({ code, published: /clean draft: published/.test(printed) }, printed).toEqual({
      code: 0,
      published: true,
    });
    expect(drafts).toHaveLength(2);
    expect(new Set(drafts).size).toBe(1);
    // Nothing of the token is told anywhere, neither to the producer nor in the audit log's summaries.
    expect(printed).not.toContain('16C7e42F292c6912E7710c838347Ae178B4a');
  });
});
