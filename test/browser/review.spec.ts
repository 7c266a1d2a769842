import { describe, expect, it } from 'vitest';
import { fullFile } from '../flow/support/full-file.js';
import { findChromium } from './support/chromium.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();
const TOPIC = 'job.mcp-bridge.write.update_ticket';

describe.skipIf(chromium === undefined)('at the console', () => {
  const { platform, open } = useConsole(chromium);

  it('O4: an output in quarantine is released by its findings, which never show what was found', async () => {
    const { api, workerDir } = platform();
    const job = await api.submit(await fullFile(workerDir));
    await api.reaches(job.job_id, 'QUARANTINED');
    const reviewer = await open('/output');
    const { page } = reviewer;
    const findings = page.getByRole('region', { name: 'What the scanner found' });
    await findings.waitFor();
    expect(await findings.getByRole('columnheader').allInnerTexts()).toEqual([
      'Severity',
      'Rule',
      'Place',
      'From',
      'Length',
    ]);
    expect(await page.locator('main').innerText()).not.toMatch(/AKIA|cs_[a-z0-9]{8}/);
    await reviewer.picture('output');
    await page.keyboard.press('a');
    await page.getByLabel('Note').fill('all of them are made up');
    await page.getByRole('button', { name: 'Release this output' }).click();
    await page.getByTestId('outcome').getByText('Released').waitFor();
    await page.getByTestId('outcome').getByText('Follow the job').click();
    await page.locator('[data-testid=job-state][data-state=COMPLETED]').waitFor();
    await page.getByRole('region', { name: 'Output review' }).getByText('all of them are made up').waitFor();
    await api.reaches(job.job_id, 'COMPLETED');
    expect(reviewer.complaints).toEqual([]);
  });

  it('O4: an output in quarantine is withheld, and the queue of requests has never shown it', async () => {
    const { api, workerDir } = platform();
    const job = await api.submit(await fullFile(workerDir));
    await api.reaches(job.job_id, 'QUARANTINED');
    const reviewer = await open('/queue');
    const { page } = reviewer;
    await page.getByText('Nothing waits').waitFor();
    await page.getByRole('link', { name: 'Output', exact: true }).click();
    await page.getByRole('button', { name: 'Withhold' }).click();
    await page.getByRole('button', { name: 'Withhold it' }).click();
    await page.getByTestId('outcome').getByText('Withheld').waitFor();
    await api.reaches(job.job_id, 'WITHHELD');
  });

  it('something is said about a request without answering it, and everybody reads it', async () => {
    const { api } = platform();
    const job = await api.submit({ topic: TOPIC, params: { ticket: 'T-1', note: 'which customer?' } });
    const reviewer = await open('/queue');
    const { page } = reviewer;
    const comments = page.getByRole('region', { name: 'Comments' });
    await comments.getByLabel('Comment').fill('Is this the one of Monday?');
    await comments.getByRole('button', { name: 'Comment' }).click();
    await comments.locator('.said').getByText('Is this the one of Monday?').waitFor();
    expect(await comments.getByLabel('Comment').inputValue()).toBe('');
    await reviewer.picture('comments');
    expect((await api.job(job.job_id)).state).toBe('PENDING_APPROVAL');
    await page.getByRole('link', { name: 'Follow the job' }).click();
    await page.getByRole('region', { name: 'Approval' }).getByText('Is this the one of Monday?').waitFor();
    await api.resolve(job.job_id, 'deny');
  });

  it('requests that are alike are looked at and answered together', async () => {
    const { api } = platform();
    const alike = [];
    for (const title of ['group-1', 'group-2', 'group-3'])
      alike.push(await api.submit({ topic: TOPIC, params: { ticket: 'T-1', title } }));
    const other = await api.submit({ topic: TOPIC, params: { ticket: 'T-1' } });
    const reviewer = await open('/queue');
    const { page } = reviewer;
    await reviewer.row('group-3').waitFor();
    await page.getByText('Alike together').click();
    const groups = page.getByRole('list', { name: 'Groups' });
    await groups.getByRole('button').filter({ hasText: '3' }).first().waitFor();
    await reviewer.picture('groups');
    await groups
      .getByRole('button')
      .filter({ has: page.locator('.count', { hasText: /^3$/ }) })
      .click();
    await page.getByRole('button', { name: 'Deny all 3' }).click();
    await page.getByLabel('Note for all').fill('not as a batch');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Denied 3 requests').waitFor();
    for (const job of alike) await api.reaches(job.job_id, 'REJECTED');
    expect((await api.job(other.job_id)).state).toBe('PENDING_APPROVAL');

    await page.getByRole('link', { name: 'System' }).click();
    const queues = page.getByRole('region', { name: 'Queues' });
    await queues
      .getByRole('row')
      .filter({ hasText: 'Requests for reviewers' })
      .getByText('1', { exact: true })
      .waitFor();
    await reviewer.picture('system');
    expect(reviewer.complaints).toEqual([]);
  });

  it('H12: released work is looked at afterwards, and marked once', async () => {
    const { api } = platform();
    const job = await api.submit({ topic: 'job.mcp-bridge.read.afterwards', params: { ticket: 'T-1' } });
    await api.reaches(job.job_id, 'COMPLETED');
    const reviewer = await open('/reviews');
    const { page } = reviewer;
    const card = page.getByRole('region', { name: 'Review of job.mcp-bridge.read.afterwards' });
    await card.getByLabel('Note').fill('the wrong ticket');
    await reviewer.picture('reviews');
    await card.getByRole('button', { name: 'Seen, a problem' }).click();
    await page.getByText('Nothing waits to be looked at').waitFor();
    await page.getByText('Seen', { exact: true }).click();
    await card.getByText('the wrong ticket').waitFor();
    await card.getByRole('link', { name: 'Look at the job' }).click();
    await page.locator('[data-testid=job-state][data-state=COMPLETED]').waitFor();
    expect(reviewer.complaints).toEqual([]);
  });
});
