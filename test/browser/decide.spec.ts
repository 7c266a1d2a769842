import { describe, expect, it } from 'vitest';
import { findChromium } from './support/chromium.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();

describe.skipIf(chromium === undefined)('a reviewer at the console', () => {
  const { platform, open } = useConsole(chromium);
  const ask = (verb: string, more: object = {}) =>
    platform().api.submit({ topic: `job.mcp-bridge.${verb}`, risk_tags: ['prod'], ...more });

  it('H10: sees a request appear live, reads it, approves it by keyboard and follows it to its release', async () => {
    const { api } = platform();
    const reviewer = await open();
    const { page } = reviewer;
    await page.getByText('Nothing waits').waitFor();
    await page.getByText('live', { exact: true }).waitFor();

    const job = await ask('write.update_ticket', {
      params: { ticket: 'T-1', note: 'Refund of 120.50 is on its way', status: 'closed' },
      estimate: { usd: 1.25, tokens: 4000 },
      rationale: { reasoning: 'The customer asked twice.', confidence: 0.9 },
    });
    await reviewer.row('update_ticket').waitFor();
    await reviewer.payload.getByText('Refund of 120.50').waitFor();
    await page.getByText('matches what is shown').waitFor();
    const text = await reviewer.approval.innerText();
    expect(text).toContain('Production writes require human review');
    expect(text).toContain('$1.25');
    await reviewer.picture('queue');

    await page.keyboard.press('a');
    await page.keyboard.type('ticket 4711 is mine');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Approved').waitFor();
    await page.getByTestId('outcome').getByText('Follow the job').click();
    await page.locator('[data-testid=job-state][data-state=COMPLETED]').waitFor();
    await page.getByLabel('Timeline').getByText('Approval granted').waitFor();
    await reviewer.picture('job');

    expect((await api.reaches(job.job_id, 'COMPLETED')).attempts).toMatchObject([{ outcome: 'succeeded' }]);
    expect(JSON.stringify(await api.timeline(job.trace_id))).toContain('ticket 4711 is mine');
    expect(reviewer.complaints).toEqual([]);
  });

  it('H19: reads what is done before what the agent says of it, and is told which is which', async () => {
    const job = await ask('write.update_ticket', {
      params: { ticket: 'T-1', note: 'Wipe the production database' },
      rationale: { reasoning: 'Only reads a harmless file.', risk_assessment: 'none' },
    });
    const reviewer = await open();
    await reviewer.payload.getByText('Wipe the production database').waitFor();
    const text = await reviewer.approval.innerText();
    expect(text.indexOf('Wipe the production')).toBeLessThan(text.indexOf('Only reads a harmless'));
    const claim = reviewer.page.getByRole('region', { name: 'The agent’s claim' });
    await claim.getByText('Only reads a harmless file.').waitFor();
    expect(await claim.innerText()).toContain('Nobody has checked them');
    await platform().api.resolve(job.job_id, 'deny');
  });

  it('H3: can’t approve what has expired', async () => {
    const { api } = platform();
    const reviewer = await open();
    const job = await ask('brief.update_ticket');
    await reviewer.row('brief.update_ticket').waitFor();
    await reviewer.decisionBar.getByText('The time to answer has passed').waitFor();
    await reviewer.page.keyboard.press('a');
    expect(await reviewer.page.getByRole('button', { name: /approve/i }).count()).toBe(0);
    await reviewer.picture('expired');
    await api.reaches(job.job_id, 'EXPIRED');
    expect((await api.job(job.job_id)).attempts).toEqual([]);
  });

  it('H5: types the action before a critical request can be approved', async () => {
    const { api } = platform();
    const job = await ask('refund.update_ticket');
    const reviewer = await open();
    const { page } = reviewer;
    await reviewer.row('refund').click();
    await page.keyboard.press('a');
    const approve = page.getByRole('button', { name: /approve exactly this/i });
    await approve.waitFor();
    expect(await approve.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    expect((await api.job(job.job_id)).state).toBe('PENDING_APPROVAL');
    await page.keyboard.type('update_ticket');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Approved').waitFor();
    await api.reaches(job.job_id, 'SCHEDULED', 'DISPATCHED', 'RUNNING', 'SCANNING', 'COMPLETED', 'FAILED');
  });

  it('H8: edits a request, sees what differs, and approves exactly that', async () => {
    const { api } = platform();
    const job = await ask('write.update_ticket', { params: { ticket: 'T-1', note: 'too much' } });
    const reviewer = await open();
    const { page } = reviewer;
    await reviewer.payload.getByText('too much').waitFor();
    await page.keyboard.press('e');
    await page.getByLabel('Parameters (JSON)').fill('{"ticket": "T-1", "note": "enough"}');
    await page.getByLabel('Changes').getByText('enough').waitFor();
    await reviewer.picture('edit');
    await page.getByRole('button', { name: 'Approve as edited' }).click();
    await page.getByTestId('outcome').getByText('Edited and approved').waitFor();
    const { body } = await api.call<{ edited_as: string }>('GET', `/api/v1/approvals/${job.job_id}`);
    await api.reaches(body.edited_as, 'COMPLETED');
    expect((await api.job(job.job_id)).state).not.toBe('COMPLETED');
  });

  it('is told when somebody else was faster, and keeps what they had before them', async () => {
    const job = await ask('write.update_ticket', { params: { note: 'contested' } });
    const reviewer = await open();
    await reviewer.payload.getByText('contested').waitFor();
    await reviewer.page.keyboard.press('a');
    await platform().api.resolve(job.job_id, 'deny');
    await reviewer.decisionBar.getByText('It is denied. By local-operator.').waitFor();
    await reviewer.payload.getByText('contested').waitFor();
  });

  it('answers all alike at once, each bound to what it is, and leaves others alone', async () => {
    const { api } = platform();
    const alike = [];
    for (const title of ['batch-1', 'batch-2', 'batch-3'])
      alike.push(await ask('write.update_ticket', { params: { ticket: 'T-1', title } }));
    const other = await ask('write.update_ticket', { params: { ticket: 'T-1' } });
    const reviewer = await open();
    const { page } = reviewer;
    await reviewer.row('batch-1').waitFor();
    await reviewer.row('batch-2').waitFor();
    await reviewer.row('batch-3').click();
    await page.keyboard.press('Shift+X');
    await page.getByRole('button', { name: 'Approve all 3' }).click();
    await page.getByLabel('Note for all').fill('the whole batch');
    await reviewer.picture('many');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Approved 3 requests').waitFor();
    for (const job of alike) await api.reaches(job.job_id, 'COMPLETED');
    expect((await api.job(other.job_id)).state).toBe('PENDING_APPROVAL');
  });
});
