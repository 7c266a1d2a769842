import { describe, expect, it } from 'vitest';
import { HIDDEN_PAYLOADS } from '@countersign/console/hidden-payloads';
import { findChromium } from './support/chromium.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();
/** What must never stand on the page as it is: whatever can't be seen, or changes how the rest is seen. */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u115F\u1160\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/u;

describe.skipIf(chromium === undefined)('H18: what a request hides', () => {
  const { platform, open } = useConsole(chromium);

  it(`is shown by the page of each of ${HIDDEN_PAYLOADS.length} requests, and no markup is anything but text`, async () => {
    for (const [number, { text }] of HIDDEN_PAYLOADS.entries()) {
      const params = { text, number, markup: '<img src=x onerror=alert(1)>[a](javascript:alert(1))' };
      await platform().api.submit({ topic: 'job.mcp-bridge.write.hidden', params });
    }
    const reviewer = await open();
    const { page } = reviewer;
    await page
      .getByTestId('waiting-count')
      .getByText(String(HIDDEN_PAYLOADS.length), { exact: true })
      .waitFor();
    const seen = new Set<string>();
    for (const i of HIDDEN_PAYLOADS.keys()) {
      if (i > 0) await page.keyboard.press('j');
      await page.locator(`[aria-selected=true][aria-posinset="${i + 1}"]`).waitFor();
      const payload = await reviewer.payload.innerText();
      // Requests that come together wait in any order.
      const { name, shown } = HIDDEN_PAYLOADS[Number(/^number (\d+)$/m.exec(payload)?.[1])]!;
      seen.add(name);
      for (const escape of shown) expect(payload, name).toContain(escape);
      expect(payload.replaceAll(/[\n\t]/g, ''), name).not.toMatch(UNSEEN);
      const isPadded = name.includes('megabyte');
      if (!isPadded) await reviewer.approval.getByText('Contains hidden characters').waitFor();
      await reviewer.picture(`hidden-${String(i + 1).padStart(2, '0')}-${name.replaceAll(/\W+/g, '-')}`);
    }
    expect(seen.size).toBe(HIDDEN_PAYLOADS.length);
    expect(await page.locator('article img, article script, article iframe').count()).toBe(0);
    expect(reviewer.complaints).toEqual([]);
  });
});
