import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { median } from '../../measure/statistics.js';

const CHROMIUM = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';

/** Loads of the console's queue, in milliseconds from the address until a reviewer can work. */
export interface PageResult {
  readonly loads: readonly number[];
  readonly median: number;
}

/**
 * Loads the queue in a browser that has nothing of it yet, each time: until the first request is shown with the buttons
 * to decide about it, and a click on the second one shows that. Undefined without a browser.
 */
export async function measurePage(url: string, loads: number): Promise<PageResult | undefined> {
  if (!existsSync(CHROMIUM)) {
    console.error(`the page is left out: there is no ${CHROMIUM}`);
    return undefined;
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const times: number[] = [];
    for (let load = 0; load < loads; load++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      const page = await context.newPage();
      const began = performance.now();
      await page.goto(url, { waitUntil: 'commit' });
      const rows = page.getByRole('listbox', { name: 'Waiting approvals' }).getByRole('option');
      await page.getByTestId('decision-bar').waitFor();
      await rows.nth(1).click();
      await page.locator('[role=option][aria-selected=true][aria-posinset="2"]').waitFor();
      times.push(performance.now() - began);
      await context.close();
    }
    return { loads: times, median: median(times) };
  } finally {
    await browser.close();
  }
}
