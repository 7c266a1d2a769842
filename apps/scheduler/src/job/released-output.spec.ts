import { sha256Digest } from '@countersign/kernel';
import type { BlobRef } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { isSound, releasedBy, sizeOf } from './released-output.js';

const blob: BlobRef = { digest: `sha256:${'a'.repeat(64)}`, size: 700_000, media_type: 'text/plain' };

describe('what a verdict releases', () => {
  it('is its text or its blob, and never both', () => {
    expect(releasedBy({ output: '"a"' })).toBe('"a"');
    expect(releasedBy({ output: null, output_blob: blob })).toEqual(blob);
    expect(releasedBy({ output: null })).toBeNull();
    expect(releasedBy({ output: '"a"', output_blob: blob })).toBeNull();
  });

  it('is what its digest says', () => {
    expect(isSound({ output: '"a"', released: sha256Digest('"a"') })).toBe(true);
    expect(isSound({ output: '"a"', released: blob.digest })).toBe(false);
    expect(isSound({ output: null, output_blob: blob, released: blob.digest })).toBe(true);
    expect(isSound({ output: null, output_blob: blob, released: sha256Digest('other') })).toBe(false);
    expect(isSound({ output: '"a"', output_blob: blob, released: sha256Digest('"a"') })).toBe(false);
  });

  it('has a size in bytes', () => {
    expect([sizeOf('"ü"'), sizeOf(blob)]).toEqual([4, 700_000]);
  });
});
