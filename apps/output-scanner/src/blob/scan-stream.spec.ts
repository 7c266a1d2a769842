import { createHash } from 'node:crypto';
import { BlobMediaType, BLOB_CHUNK_BYTES } from '@countersign/contracts';
import { createScanner } from '@countersign/detectors';
import { describe, expect, it } from 'vitest';
import { OverBudget } from '../examine/inline-scan.js';
import { scanStream } from './scan-stream.js';

const fingerprintKey = Buffer.from('a key of thirty-two bytes, or so');
/** Made at run time, so that no scanner takes this file for a leak. */
const SECRET = ['AKIA', 'QZ7WXB3TRMN5KVHD'].join('');

async function* inPieces(bytes: Buffer, lengths: () => number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.max(1, lengths());
    yield await Promise.resolve(bytes.subarray(at, at + length));
    at += length;
  }
}

async function scanned(
  bytes: Buffer,
  lengths = () => BLOB_CHUNK_BYTES,
  mediaType: BlobMediaType = BlobMediaType.Text,
) {
  const given: Uint8Array[] = [];
  const scan = await scanStream(inPieces(bytes, lengths), {
    fingerprintKey,
    mediaType,
    size: bytes.length,
    maxFindings: 1000,
    onRedacted: (piece) => Promise.resolve(void given.push(piece)),
  });
  return { scan, redacted: Buffer.concat(given) };
}

/** A reproducible sequence of lengths from 1 to `most` (Park and Miller's generator). */
function drawn(seed: number, most: number): () => number {
  let state = seed;
  return () => 1 + ((state = (state * 48_271) % 2_147_483_647) % most);
}

/** Text with a secret across every border between pieces of a stored blob. */
function textWithSecrets(pieces: number): Buffer {
  const bytes = Buffer.alloc(pieces * BLOB_CHUNK_BYTES, 'grün und blau, ');
  for (let i = 1; i < pieces; i++) bytes.write(` ${SECRET} `, i * BLOB_CHUNK_BYTES - 11);
  return bytes;
}

describe('a stream', () => {
  it('has one verdict and one redacted form for every chunking, secrets across borders included (O5, S10)', async () => {
    const bytes = textWithSecrets(4);
    const whole = await scanned(bytes, () => bytes.length);
    expect(whole.scan.count).toBe(3);
    expect(whole.redacted.includes(SECRET)).toBe(false);
    const chunkings = [
      () => BLOB_CHUNK_BYTES,
      () => 4093,
      drawn(7, 90_000),
      drawn(11, 700),
      drawn(13, 300_000),
    ];
    for (const lengths of chunkings) {
      const again = await scanned(bytes, lengths);
      expect(again.scan).toEqual(whole.scan);
      expect(again.redacted.equals(whole.redacted)).toBe(true);
    }
  });

  it('is told by the digests of what was read and of what may leave', async () => {
    const { scan, redacted } = await scanned(textWithSecrets(2));
    const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect(scan).toMatchObject({
      digest: digestOf(textWithSecrets(2)),
      bytes: 2 * BLOB_CHUNK_BYTES,
      redactedDigest: digestOf(redacted),
      redactedBytes: redacted.length,
      doubt: undefined,
    });
  });

  it('without findings leaves as it came', async () => {
    const { scan } = await scanned(Buffer.from('nothing to see: grün'));
    expect(scan).toMatchObject({ count: 0, doubt: undefined });
    expect(scan.redactedDigest).toBe(scan.digest);
  });

  it.each([
    ['bytes that are no UTF-8', Buffer.from([0x61, 0xff, 0x62])],
    ['a NUL', Buffer.from('a\0b')],
    ['a character that never ends', Buffer.from([0x61, 0xe2, 0x82])],
    ['UTF-16', Buffer.from('plain words in another encoding', 'utf16le')],
  ])('that has %s is no text, and a person looks', async (_, bytes) => {
    expect((await scanned(bytes, () => 2)).scan.doubt).toBe('not_text');
  });

  it('of JSON hides nothing behind its escapes (S07)', async () => {
    const hidden = [...SECRET].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const json = Buffer.from(`{"a":"${' '.repeat(1000)}${hidden}"}`);
    const { redacted } = await scanned(json, drawn(3, 40), BlobMediaType.Json);
    expect(JSON.stringify(JSON.parse(redacted.toString()))).not.toContain(SECRET);
  });

  it('of JSON is put before a person when what is behind its escapes was overlooked', async () => {
    const blind: typeof createScanner = ({ onOutput, ...options }) => ({
      push: (bytes) => onOutput?.(bytes),
      end: () => createScanner(options).end(),
    });
    const json = Buffer.from(JSON.stringify({ note: `"${SECRET}"` }).replace('AKIA', 'AK\\u0049A'));
    const scan = await scanStream(inPieces(json, drawn(5, 9)), {
      ...{ fingerprintKey, mediaType: BlobMediaType.Json, size: json.length, maxFindings: 10 },
      scannerOf: blind,
    });
    expect(scan).toMatchObject({ count: 0, doubt: 'escaped' });
  });

  it('that takes more work than its size allows is not scanned to its end', async () => {
    const bytes = Buffer.alloc(2 * 1024 * 1024, 'password = "aaaa" ');
    const options = { fingerprintKey, mediaType: BlobMediaType.Text, maxFindings: 10, size: 1 };
    await expect(
      scanStream(
        inPieces(bytes, () => BLOB_CHUNK_BYTES),
        options,
      ),
    ).rejects.toThrow(OverBudget);
  });

  it('of JSON with a readable secret is redacted and stays JSON', async () => {
    const json = Buffer.from(JSON.stringify({ note: `key ${SECRET} and\n"more"` }));
    const { scan, redacted } = await scanned(json, () => 7, BlobMediaType.Json);
    expect(scan).toMatchObject({ count: 1, doubt: undefined });
    expect(JSON.parse(redacted.toString())).toMatchObject({
      note: expect.stringContaining('and\n"more"') as string,
    });
  });
});
