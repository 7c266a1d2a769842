import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** The first run compiles. */
const GUARD_MS = 300_000;

describe('bin/countersign.mjs', () => {
  it(
    'runs from a checkout without a build before it, and leaves with the exit code',
    () => {
      const run = (...args: string[]) =>
        spawnSync(process.execPath, ['apps/cli/bin/countersign.mjs', ...args], {
          cwd: ROOT,
          encoding: 'utf8',
        });
      const lint = run('policy', 'lint', 'config/policies/default.yaml');
      expect(lint.stdout).toContain('config/policies/default.yaml: ');
      expect(lint.status).toBe(0);
      expect(lint.stderr).toMatch(/^(building…\n)?$/);
      const nowhere = run('policy', 'lint', 'nowhere.yaml');
      expect(nowhere).toMatchObject({
        status: 1,
        stdout: '',
        stderr: "countersign: nowhere.yaml: it can't be read (ENOENT)\n",
      });
    },
    GUARD_MS,
  );
});
