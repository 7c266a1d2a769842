import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT, TestProvider } from '@countersign/gateway/test-provider';
import { freePort } from '@countersign/infra';
import { ROOT } from '@countersign/standalone';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { findChromium } from './support/chromium.js';
import { useConsole } from './support/use-console.js';

const chromium = findChromium();
const folder = await mkdtemp(join(tmpdir(), 'countersign-issuer-'));
// Another site than the console's 127.0.0.1, as an issuer is to a browser.
const issuer = await TestProvider.start('localhost');
const port = await freePort();
const secretFile = join(folder, 'client-secret');
await writeFile(secretFile, CLIENT.secret, { mode: 0o600 });
const settingsFile = join(folder, 'http.yaml');
await writeFile(settingsFile, stringify(issuer.settings(`http://127.0.0.1:${port}`, secretFile)));
afterAll(async () => {
  await issuer.stop();
  await rm(folder, { recursive: true });
});

describe.skipIf(chromium === undefined)('where people sign in by an issuer', () => {
  const env = { COUNTERSIGN_HTTP_CONFIG: settingsFile, COUNTERSIGN_PORT: String(port) };
  const { platform, open } = useConsole(chromium, { env });

  async function submitAsAgent(): Promise<string> {
    const { servers, api } = platform();
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(ROOT, 'apps/standalone/dist/api-keys.js'),
        ...['create', '--tenant', 'default', '--role', 'producer', '--name', 'agent-7'],
      ],
      { env: { ...process.env, ...servers.env, COUNTERSIGN_ADMIN_DATABASE_URL: servers.postgres.url } },
    );
    const authorization = `Bearer ${/cs_\S+/.exec(stdout)?.[0] ?? ''}`;
    const job = await api.submit({ topic: 'job.mcp-bridge.write.update_ticket' }, { authorization });
    return job.job_id;
  }

  it('a reviewer comes back to the page they wanted, decides under their name, and leaves nothing behind', async () => {
    const jobId = await submitAsAgent();
    const reviewer = await open(`/jobs/${jobId}`);
    const { page } = reviewer;
    await page.getByRole('link', { name: 'Sign in with Example' }).waitFor();
    await reviewer.picture('sign-in-by-issuer');
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByRole('heading', { name: 'Sign in to Example' }).waitFor();
    await page.getByRole('link', { name: 'Continue as ann' }).click();

    await page.locator('[data-testid=job-state][data-state=PENDING_APPROVAL]').waitFor();
    expect(page.url()).toBe(`${platform().api.url}/jobs/${jobId}`);
    const kept = await page.evaluate<string>(
      'JSON.stringify([sessionStorage, localStorage, document.cookie])',
    );
    expect(kept).not.toMatch(/eyJ|countersign-session/);
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === 'countersign-session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });

    await page.getByRole('link', { name: 'Queue', exact: true }).click();
    await reviewer.row('update_ticket').waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.getByTestId('outcome').getByText('Approved').waitFor();
    await page.getByTestId('outcome').getByText('Follow the job').click();
    await page.getByRole('region', { name: 'Approval' }).getByText('ann').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Example' }).waitFor();
    expect((await page.context().cookies()).filter(({ value }) => value !== '')).toEqual([]);
    await page.reload();
    await page.getByRole('link', { name: 'Sign in with Example' }).waitFor();
    expect(reviewer.complaints.filter((complaint) => !complaint.includes(issuer.url))).toEqual([]);
  });

  it('somebody whom the issuer knows, and nobody here, is told so', async () => {
    issuer.misbehaviour = { accessToken: { roles: [] } };
    const stranger = await open('/queue');
    const { page } = stranger;
    await page.getByRole('link', { name: 'Sign in with Example' }).click();
    await page.getByRole('link', { name: 'Continue as ann' }).click();
    await page.getByText('have no role here').waitFor();
    expect(page.url()).toBe(`${platform().api.url}/`);
    issuer.misbehaviour = {};
  });
});
