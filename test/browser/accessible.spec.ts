import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TestPlatform } from '../flow/support/platform.js';
import { fullFile } from '../flow/support/full-file.js';
import { findChromium } from './support/chromium.js';
import type { ConsolePage } from './support/console-page.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds serious on a page. */
async function seriousOn({ page }: ConsolePage): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<{ violations: readonly Violation[] }>('axe.run()');
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
    );
}

/** Jobs of every kind that pages show, and where each page is. */
interface Shown {
  readonly done: { readonly job_id: string; readonly trace_id: string };
}
const PAGES: readonly (readonly [string, (shown: Shown) => string, string])[] = [
  ['queue', () => '/queue', 'Approve'],
  ['output', () => '/output', 'Withhold'],
  ['reviews', () => '/reviews', 'Nothing waits to be looked at'],
  ['jobs', () => '/jobs', 'update_ticket'],
  ['job', ({ done }) => `/jobs/${done.job_id}`, 'Approval granted'],
  ['policies', () => '/policies', 'ask-about-writes'],
  ['audit', ({ done }) => `/audit/${done.trace_id}`, 'Submitted'],
  ['system', () => '/system', 'Ready'],
];

/** Has a platform show something on every page. */
async function fill({ api, workerDir }: TestPlatform): Promise<Shown> {
  const held = await api.submit(await fullFile(workerDir));
  const topic = 'job.mcp-bridge.write.update_ticket';
  const done = await api.submit({ topic });
  await api.resolve(done.job_id, 'approve');
  await api.reaches(done.job_id, 'COMPLETED');
  await api.submit({
    topic,
    params: { note: 'a\u202Eb', deep: { list: [1, true, null] } },
    estimate: { usd: 3 },
    rationale: { reasoning: 'It is needed.' },
  });
  await api.submit({ topic: 'job.mcp-bridge.refund.update_ticket' });
  await api.reaches(held.job_id, 'QUARANTINED');
  return { done };
}

describe.skipIf(chromium === undefined).each(['light', 'dark'] as const)(
  'every page in %s colours',
  (colorScheme) => {
    // axe is no script of the page: its policy has to be set aside for it.
    const { platform, open } = useConsole(chromium, { browser: { colorScheme, bypassCSP: true } });
    let shown: Shown;
    beforeAll(async () => void (shown = await fill(platform())));

    it.each(PAGES)('has nothing that axe calls serious: %s', async (name, pathOf, text) => {
      const console = await open(pathOf(shown));
      await console.page.locator('main').getByText(text).first().waitFor();
      expect(await seriousOn(console)).toEqual([]);
      await console.picture(`${name}-${colorScheme}`);
    });
  },
);

describe.skipIf(chromium === undefined)('on a phone', () => {
  const { platform, open } = useConsole(chromium, { browser: { viewport: { width: 390, height: 800 } } });

  it('a request is read and approved without scrolling sideways', async () => {
    const job = await platform().api.submit({
      topic: 'job.mcp-bridge.write.update_ticket',
      params: { ticket: 'T-1', note: 'x'.repeat(300) },
    });
    const reviewer = await open();
    const { page } = reviewer;
    await reviewer.row('update_ticket').waitFor();
    await reviewer.picture('phone-list');
    await reviewer.row('update_ticket').click();
    await reviewer.payload.waitFor();
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await reviewer.picture('phone');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('button', { name: 'Approve exactly this' }).click();
    await page.getByTestId('outcome').getByText('Approved').waitFor();
    await platform().api.reaches(job.job_id, 'COMPLETED');
  });

  it('no page scrolls sideways', async () => {
    const shown = await fill(platform());
    for (const [name, pathOf, text] of PAGES) {
      const reader = await open(pathOf(shown));
      const { page } = reader;
      const beginning = name === 'queue' || name === 'output' ? 'mcp-bridge' : text;
      await page.locator('main').getByText(beginning).first().waitFor();
      const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect(overflow, name).toBeLessThanOrEqual(0);
      await reader.picture(`phone-${name}`);
      await page.close();
    }
  });
});
