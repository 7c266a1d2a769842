import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions } from 'playwright-core';

const PATH = '/usr/bin/chromium';

/** What keeps a Chromium to itself: no accounts, no updates, no connections of its own. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a Chromium; as root on Debian it is installed when there is none. Undefined, and said why, without one. */
export function findChromium(): string | undefined {
  if (!existsSync(PATH) && process.getuid?.() === 0) install();
  if (existsSync(PATH)) return PATH;
  console.warn(`the browser tests are skipped: there is no ${PATH} (Debian’s package chromium)`);
  return undefined;
}

function install(): void {
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', 'chromium'],
  ]) {
    const { status, error } = spawnSync('apt-get', args, { stdio: 'ignore' });
    if (status !== 0) console.warn(`apt-get ${args[0]} fails: ${error?.message ?? `status ${status}`}`);
  }
}

/** A browser of its own, with a profile that nobody used before. */
export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

export async function openBrowser(
  executablePath: string,
  options: BrowserContextOptions = {},
): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'countersign-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: ARGS,
    viewport: { width: 1280, height: 860 },
    ...options,
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
