import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INLINE_OUTPUT_BYTES } from '@countersign/contracts';
import { canonicalJson } from '@countersign/kernel';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BlobUploader, type BlobToUpload } from './blob-upload.js';
import { deliverOutput } from './deliver-output.js';
import { silentLog, type WorkResult } from './worker-types.js';

const run = (maxOutputBytes?: number) => ({
  grant: {
    warrant: 'a.b.c',
    constraints: maxOutputBytes === undefined ? {} : { max_output_bytes: maxOutputBytes },
  },
  signal: new AbortController().signal,
});

function recorder() {
  const uploads: BlobToUpload[] = [];
  const upload = (blob: BlobToUpload) => {
    uploads.push(blob);
    return Promise.resolve({ digest: `sha256:${'a'.repeat(64)}`, size: 1, media_type: blob.mediaType });
  };
  return { uploads, uploader: { upload } };
}

const LARGE = { lines: ['x'.repeat(INLINE_OUTPUT_BYTES)] };
const done = (over: Partial<WorkResult>): WorkResult => ({ status: 'succeeded', output: null, ...over });

describe('an output', () => {
  it('travels inline as long as it is small, or as long as there is nowhere to upload it to', async () => {
    const { uploads, uploader } = recorder();
    expect(await deliverOutput(done({ output: { a: 1 } }), run(), uploader)).toEqual(
      done({ output: { a: 1 } }),
    );
    expect(await deliverOutput(done({ output: LARGE }), run(), undefined)).toEqual(done({ output: LARGE }));
    expect(uploads).toEqual([]);
  });

  it('is uploaded as canonical JSON when it is large, and then nothing of it is inline (O5)', async () => {
    const { uploads, uploader } = recorder();
    const delivered = await deliverOutput(done({ output: LARGE }), run(), uploader);
    expect(delivered).toMatchObject({ output: null, outputBlob: { media_type: 'application/json' } });
    expect(uploads).toMatchObject([{ warrant: 'a.b.c', mediaType: 'application/json' }]);
    expect(uploads[0]?.source).toEqual({ bytes: Buffer.from(canonicalJson(LARGE)) });
  });

  it('is uploaded as plain text when it is one text', async () => {
    const { uploads, uploader } = recorder();
    await deliverOutput(done({ output: 'y'.repeat(INLINE_OUTPUT_BYTES) }), run(), uploader);
    expect(uploads).toMatchObject([{ mediaType: 'text/plain' }]);
  });

  it('of a failed run is not uploaded: nobody would read it', async () => {
    const { uploads, uploader } = recorder();
    await deliverOutput(done({ status: 'failed', output: LARGE }), run(), uploader);
    expect(uploads).toEqual([]);
  });

  it('that is a file is refused where there is nowhere to upload it to', async () => {
    const blob = { source: { path: '/nowhere' }, mediaType: 'text/plain' } as const;
    await expect(deliverOutput(done({ blob }), run(), undefined)).rejects.toMatchObject({
      code: 'output_too_large',
    });
  });
});

describe('an upload', () => {
  async function gateway(answers: readonly number[]) {
    const seen: { url: string; authorization: string; length: string; bytes: Buffer }[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { authorization = '', 'content-length': length = '' } = request.headers;
        seen.push({ url: request.url ?? '', authorization, length, bytes: Buffer.concat(parts) });
        response.statusCode = answers[seen.length - 1] ?? 500;
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { seen, uploader: new BlobUploader(`http://127.0.0.1:${port}`, silentLog) };
  }

  const upload = (source: BlobToUpload['source'], maxBytes = 1_000_000): BlobToUpload => ({
    ...{ source, maxBytes, mediaType: 'text/plain', warrant: 'a.b.c' },
    signal: new AbortController().signal,
  });

  it('streams a file under the digest of its bytes, with the warrant as its credential', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-blob-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const bytes = Buffer.alloc(300_000, 'file ');
    await writeFile(join(folder, 'out'), bytes);
    const { seen, uploader } = await gateway([201]);
    const hex = createHash('sha256').update(bytes).digest('hex');
    expect(await uploader.upload(upload({ path: join(folder, 'out') }))).toEqual({
      ...{ digest: `sha256:${hex}`, size: bytes.length, media_type: 'text/plain' },
    });
    expect(seen).toMatchObject([
      { url: `/api/v1/blobs/sha256/${hex}`, authorization: 'Bearer a.b.c', length: '300000' },
    ]);
    expect(seen[0]?.bytes.equals(bytes)).toBe(true);
  });

  it('is tried again when the gateway is away for a moment', async () => {
    const { seen, uploader } = await gateway([503, 200]);
    await uploader.upload(upload({ bytes: Buffer.from('text') }));
    expect(seen).toHaveLength(2);
  });

  it.each([
    [413, 'output_too_large'],
    [401, 'output_upload_failed'],
    [422, 'output_upload_failed'],
  ])('that is answered by %i is given up at once', async (status, code) => {
    const { seen, uploader } = await gateway([status]);
    await expect(uploader.upload(upload({ bytes: Buffer.from('text') }))).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });

  it('is not begun beyond what the constraints allow', async () => {
    const { seen, uploader } = await gateway([]);
    await expect(uploader.upload(upload({ bytes: Buffer.from('text') }, 3))).rejects.toMatchObject({
      code: 'output_too_large',
    });
    expect(seen).toEqual([]);
  });
});
