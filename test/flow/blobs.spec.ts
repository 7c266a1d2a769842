import { createHash } from 'node:crypto';
import { BLOB_CHUNK_BYTES, Service } from '@countersign/contracts';
import { createKey } from '@countersign/gateway';
import { Database, schemaOf } from '@countersign/persistence';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Accepted } from './support/api.js';
import { plantedKey } from './support/planted-key.js';
import { MODES, usePlatform } from './support/platform.js';

const PATIENTLY = { timeout: 60_000, interval: 100 };
const OUTPUT_BYTES = 5 * 1024 * 1024;
/** What stands before a command's output in the JSON that the reference worker uploads. */
const HEAD = '{"exit_code":0,"signal":null,"stderr":"","stderr_truncated":false,"stdout":"';

interface BlobJob {
  readonly state: string;
  readonly output_kind: string;
  readonly output_blob: { digest: string; size: number; media_type: string } | null;
}

describe.each(MODES)('an output of 5 MB, %s (O5)', (mode) => {
  // As a user starts it: the command tells the worker where the gateway is.
  const platform = usePlatform(mode, { asCommand: true });
  const callers = { own: {}, foreign: {} };
  const secret = plantedKey();
  let blobPath = '';
  let accepted: Accepted;
  let job: BlobJob;

  beforeAll(async () => {
    const { servers, api } = platform();
    const keys = await Database.open({ url: servers.postgres.url, schema: schemaOf(Service.Gateway) });
    const keyOf = async (tenant: string, name: string) => {
      const wish = {
        ...{ tenant_id: tenant, name, roles: ['producer', 'operator'], groups: [], agents: [] },
        expiresAfterSec: null,
      };
      return { authorization: `Bearer ${(await createKey(keys, wish, 'cli:test')).text}` };
    };
    callers.own = await keyOf('default', 'sender');
    callers.foreign = await keyOf('other', 'stranger');
    await keys.close();
    // The secret begins in one piece of the blob and ends in the next.
    const before = 10 * BLOB_CHUNK_BYTES - secret.length / 2 - HEAD.length;
    const filler = (bytes: number) => `head -c ${bytes} /dev/zero | tr '\\0' ' '`;
    const command = `${filler(before)}; printf %s '${secret}'; ${filler(OUTPUT_BYTES - before)}`;
    const body = {
      ...{ tenant_id: 'default', topic: 'job.agent.exec.report', risk_tags: ['medium'] },
      params: { command },
    };
    const answer = await api.call<Accepted>('POST', '/api/v1/jobs', body, callers.own);
    expect(answer.status).toBe(202);
    accepted = answer.body;
    job = await vi.waitFor(async () => {
      const path = `/api/v1/jobs/${accepted.job_id}`;
      const { body: view } = await api.call<BlobJob>('GET', path, undefined, callers.own);
      expect(view.state, JSON.stringify(view)).toBe('COMPLETED');
      return view;
    }, PATIENTLY);
    blobPath = `/api/v1/blobs/${job.output_blob?.digest.replace(':', '/')}`;
  }, 120_000);

  const bytesAt = (path: string, headers: Record<string, string>) =>
    fetch(`${platform().api.url}${path}`, { headers });

  it('is released as a blob without the secret that lies across two of its pieces', async () => {
    expect(job).toMatchObject({ output_kind: 'redacted', output_blob: { media_type: 'application/json' } });
    const response = await bytesAt(blobPath, callers.own);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.length).toBe(job.output_blob?.size);
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(job.output_blob?.digest);
    const text = bytes.toString();
    expect(text.length).toBeGreaterThan(OUTPUT_BYTES);
    expect(text).not.toContain(secret);
    const { stdout } = JSON.parse(text) as { stdout: string };
    expect(stdout.trim()).toMatch(/^\[REDACTED:.+\]$/);
  });

  it('is where the address of the output leads', async () => {
    const response = await bytesAt(`/api/v1/jobs/${accepted.job_id}/output`, callers.own);
    expect(response.redirected).toBe(true);
    expect(new URL(response.url).pathname).toBe(blobPath);
    await response.body?.cancel();
  });

  it('is not there for another tenant, nor are the bytes that were not released for anybody', async () => {
    const { database, api } = platform();
    const foreign = await api.call('GET', blobPath, undefined, callers.foreign);
    const unknown = await api.call(
      'GET',
      `/api/v1/blobs/sha256/${'0'.repeat(64)}`,
      undefined,
      callers.foreign,
    );
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, trace_id: '' }).toEqual({ ...unknown.body, trace_id: '' });
    const { rows } = await database.query<{ digest: string }>(
      `SELECT digest FROM gateway.blobs WHERE job_id = $1 AND digest <> $2`,
      [accepted.job_id, job.output_blob?.digest],
    );
    for (const { digest } of rows) {
      const raw = await api.call('GET', `/api/v1/blobs/${digest.replace(':', '/')}`, undefined, callers.own);
      expect(raw.status).toBe(404);
    }
  });

  it('leaves nothing of the secret readable in the tables, and the raw bytes go', async () => {
    const { database } = platform();
    await vi.waitFor(async () => {
      const { rows } = await database.query<{ digest: string; state: string }>(
        'SELECT digest, state FROM gateway.blobs WHERE job_id = $1',
        [accepted.job_id],
      );
      expect(rows).toEqual([{ digest: job.output_blob?.digest, state: 'released' }]);
    }, PATIENTLY);
    const { rows } = await database.query<{ sealed: Buffer }>('SELECT sealed FROM gateway.blob_chunks');
    expect(rows.some(({ sealed }) => sealed.includes(secret))).toBe(false);
  }, 120_000);
});
