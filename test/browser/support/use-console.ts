import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { BrowserContextOptions } from 'playwright-core';
import { ROOT } from '@countersign/standalone';
import { usePlatform, type TestPlatform } from '../../flow/support/platform.js';
import { openBrowser, type TestBrowser } from './chromium.js';
import { ConsolePage } from './console-page.js';

const POLICIES = join(ROOT, 'test/browser/policies/console.yaml');

/** A platform with its console, and a browser, for the tests of the enclosing `describe`. */
export interface ConsoleBench {
  readonly platform: () => TestPlatform;
  /** Opens the console in a tab of its own. */
  readonly open: (path?: string) => Promise<ConsolePage>;
}

export function useConsole(
  chromium: string | undefined,
  options: { readonly env?: NodeJS.ProcessEnv; readonly browser?: BrowserContextOptions } = {},
): ConsoleBench {
  const platform = usePlatform('standalone', { env: { COUNTERSIGN_POLICIES: POLICIES, ...options.env } });
  let browser: TestBrowser | undefined;
  beforeAll(async () => void (browser = await openBrowser(chromium ?? '', options.browser)));
  // Every tab holds a connection to the gateway, and a browser has six of them.
  afterEach(async () => {
    for (const page of browser?.context.pages() ?? []) await page.close();
  });
  afterAll(() => browser?.close());
  return {
    platform,
    open: (path) => {
      if (!browser) throw new Error('the browser is used before it was started');
      return ConsolePage.open(browser.context, platform().api.url, path);
    },
  };
}
