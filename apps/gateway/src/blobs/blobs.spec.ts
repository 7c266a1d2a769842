import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { announcedBy } from './announced.js';
import { BlobDigestPipe } from './blob-digest.pipe.js';
import { chunked } from './chunked.js';
import { blobKeyOf, sealChunk, unsealChunk } from './chunk-seal.js';
import { fateOf, type DueBlob } from './prune-blobs.js';

async function* pieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer, void> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    yield await Promise.resolve(bytes.subarray(at, at + length));
    at += length;
  }
}

describe('the pieces of an upload', () => {
  it.each([[[1]], [[7, 100, 3]], [[64]], [[1000]]])('are the same, however it comes: %j', async (lengths) => {
    const bytes = randomBytes(1000);
    const given: Buffer[] = [];
    for await (const chunk of chunked(pieces(bytes, lengths), 64)) given.push(chunk);
    expect(given.map(({ length }) => length)).toEqual([...Array<number>(15).fill(64), 40]);
    expect(Buffer.concat(given).equals(bytes)).toBe(true);
  });

  it('are not asked for before the one before is taken: memory holds one of them (O5)', async () => {
    let asked = 0;
    const source = (async function* () {
      for (let i = 0; i < 50; i++) {
        asked += 64;
        yield await Promise.resolve(Buffer.alloc(64));
      }
    })();
    let taken = 0;
    for await (const chunk of chunked(source, 64)) {
      taken += chunk.length;
      expect(asked - taken).toBeLessThanOrEqual(64);
    }
    expect(taken).toBe(50 * 64);
  });
});

describe('a sealed piece', () => {
  const key = blobKeyOf(randomBytes(32));
  const place = { blobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S1', index: 3 };

  it('opens where it belongs', () => {
    const bytes = randomBytes(500);
    expect(unsealChunk(sealChunk(bytes, key, place), key, place).equals(bytes)).toBe(true);
  });

  it.each<[string, Buffer, typeof place]>([
    ['in another blob', key, { ...place, blobId: '01JD4XQ8Z6T0V9K3M2N5P7R8S2' }],
    ['as another piece', key, { ...place, index: 4 }],
    ['under another key', blobKeyOf(randomBytes(32)), place],
  ])('does not open %s', (_, other, elsewhere) => {
    const sealed = sealChunk(randomBytes(10), key, place);
    expect(() => unsealChunk(sealed, other, elsewhere)).toThrow(
      expect.objectContaining({ code: 'unsealable' }),
    );
  });

  it('has a key that is not the one of the quarantine', () => {
    const quarantine = randomBytes(32);
    expect(blobKeyOf(quarantine).equals(quarantine)).toBe(false);
  });
});

describe('the headers of an upload', () => {
  const refusal = (headers: Record<string, string>) => {
    try {
      announcedBy(headers, 100);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return undefined;
  };

  it('say how long it is and what', () => {
    expect(
      announcedBy({ 'content-length': '100', 'content-type': 'Text/Plain; charset=UTF-8' }, 100),
    ).toEqual({
      size: 100,
      mediaType: 'text/plain',
    });
  });

  it('name bytes where they name no text in UTF-8', () => {
    for (const type of ['image/png', 'text/html', 'text/plain; charset=latin1', ''])
      expect(announcedBy({ 'content-length': '1', 'content-type': type }, 100).mediaType).toBe(
        'application/octet-stream',
      );
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'length_required'],
    [{ 'content-length': '10', 'transfer-encoding': 'chunked' }, 'length_required'],
    [{ 'content-length': '-1' }, 'length_required'],
    [{ 'content-length': '1e2' }, 'length_required'],
    [{ 'content-length': '101' }, 'too_large'],
    [{ 'content-length': '0' }, 'invalid_header'],
    [{ 'content-length': '10', 'content-encoding': 'gzip' }, 'unsupported_media_type'],
  ])('are refused: %j', (headers, code) => {
    expect(refusal(headers)).toBe(code);
  });
});

describe('the digest in a path', () => {
  it('is 64 lower-case hexadecimal digits and nothing else', () => {
    const pipe = new BlobDigestPipe();
    expect(pipe.transform('a'.repeat(64))).toBe(`sha256:${'a'.repeat(64)}`);
    for (const other of [
      'A'.repeat(64),
      'a'.repeat(63),
      `${'a'.repeat(64)}\n`,
      '../../etc/passwd',
      'g'.repeat(64),
    ])
      expect(() => pipe.transform(other)).toThrow();
  });
});

describe('a blob whose time has come', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const blob: DueBlob = {
    ...{ blob_id: 'b', tenant_id: 'default', job_id: 'j', digest, state: 'stored', age_hours: 1 },
  };
  const released = { digest, size: 1, media_type: 'text/plain' };

  it.each<[string, DueBlob, Parameters<typeof fateOf>[1], ReturnType<typeof fateOf>]>([
    ['goes when it was never whole', { ...blob, state: 'writing' }, undefined, 'remove'],
    [
      'goes when it was readable long enough',
      { ...blob, state: 'released' },
      { state: 'COMPLETED', output_blob: released },
      'remove',
    ],
    ['stays as long as its job goes on', blob, { state: 'SCANNING' }, 'keep'],
    ['stays as long as a review is waited for', blob, { state: 'QUARANTINED' }, 'keep'],
    ['is released with its job', blob, { state: 'COMPLETED', output_blob: released }, 'release'],
    [
      'goes when its job released other bytes',
      blob,
      { state: 'COMPLETED', output_blob: { ...released, digest: `sha256:${'b'.repeat(64)}` } },
      'remove',
    ],
    ['goes when its job released nothing', blob, { state: 'WITHHELD', output_blob: null }, 'remove'],
    ['stays a day for a job that nobody knows', blob, undefined, 'keep'],
    ['goes after that', { ...blob, age_hours: 24 }, undefined, 'remove'],
  ])('%s', (_, due, job, fate) => {
    expect(fateOf(due, job)).toBe(fate);
  });
});
