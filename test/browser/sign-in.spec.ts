import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '@countersign/standalone';
import { findChromium } from './support/chromium.js';
import type { ConsolePage } from './support/console-page.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('where credentials are needed', () => {
  const { platform, open } = useConsole(chromium, { env: { COUNTERSIGN_LOCAL_CALLERS: 'deny' } });

  /** Makes a key as an operator does. */
  async function makeKey(name: string, role: string): Promise<string> {
    const { servers } = platform();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'apps/standalone/dist/api-keys.js'),
        ...['create', '--tenant', 'default', '--role', role, '--name', name],
      ],
      { env: { ...process.env, ...servers.env, COUNTERSIGN_ADMIN_DATABASE_URL: servers.postgres.url } },
    );
    return /cs_\S+/.exec(stdout)?.[0] ?? '';
  }
  async function signIn({ page }: ConsolePage, key: string): Promise<void> {
    await page.getByLabel('API key or token').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  const pagesOf = ({ page }: ConsolePage) =>
    page.getByRole('navigation', { name: 'Pages' }).locator('.rail-page').allInnerTexts();

  it('nobody gets past the door without one that holds', async () => {
    const console = await open('/queue');
    await signIn(console, 'cs_nonsense_1234');
    await console.page.getByText('This credential does not hold').waitFor();
    await console.picture('sign-in');
    expect(await console.page.locator('.queue').count()).toBe(0);
  });

  it('a reviewer decides under their own name, and leaves nothing behind', async () => {
    const { api } = platform();
    const producer = await makeKey('agent-7', 'producer');
    const topic = 'job.mcp-bridge.write.update_ticket';
    const job = await api.submit({ topic }, { authorization: `Bearer ${producer}` });
    const reviewer = await open();
    await signIn(reviewer, await makeKey('ann', 'reviewer'));
    const { page } = reviewer;
    await reviewer.row('update_ticket').waitFor();
    expect(await pagesOf(reviewer)).toEqual(['Queue', 'Output', 'Reviews', 'Jobs', 'Policies', 'System']);
    await page.keyboard.press('d');
    await page.keyboard.type('not today');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Denied').waitFor();
    const headers = { authorization: `Bearer ${producer}` };
    const { body } = await api.call('GET', `/api/v1/approvals/${job.job_id}`, undefined, headers);
    expect(body).toMatchObject({ state: 'REJECTED' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key or token').waitFor();
    expect(
      await page.evaluate('JSON.stringify([sessionStorage, localStorage, document.cookie])'),
    ).not.toContain('cs_');
    expect(reviewer.complaints).toEqual([]);
  });

  it('an auditor reads what waits and answers nothing', async () => {
    const producer = await makeKey('agent-8', 'producer');
    const topic = 'job.mcp-bridge.write.update_ticket';
    await platform().api.submit({ topic }, { authorization: `Bearer ${producer}` });
    const auditor = await open();
    await signIn(auditor, await makeKey('eve', 'auditor'));
    await auditor.decisionBar.getByText('Reading only').waitFor();
    await auditor.page.keyboard.press('a');
    expect(await auditor.page.getByRole('button', { name: /approve/i }).count()).toBe(0);
    expect(await pagesOf(auditor)).toEqual([
      'Queue',
      'Output',
      'Reviews',
      'Jobs',
      'Policies',
      'Audit',
      'System',
    ]);
  });
});
