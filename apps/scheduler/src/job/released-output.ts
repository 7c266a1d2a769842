import type { BlobRef, Verdict } from '@countersign/contracts';
import { sha256Digest } from '@countersign/kernel';

/** What is released: the JSON text itself, or the name of a blob that is too large for a message. */
export type ReleasedOutput = string | BlobRef;

/** What a verdict releases; null when that is nothing, or when it says both a text and a blob. */
export function releasedBy({
  output,
  output_blob: blob,
}: Pick<Verdict, 'output' | 'output_blob'>): ReleasedOutput | null {
  if (output !== null) return blob === undefined ? output : null;
  return blob ?? null;
}

/** Whether a verdict releases nothing but the bytes whose digest the scanner stated. */
export function isSound(verdict: Pick<Verdict, 'output' | 'output_blob' | 'released'>): boolean {
  const { output, output_blob: blob, released } = verdict;
  if (blob !== undefined) return output === null && released === blob.digest;
  return output === null || released === sha256Digest(output);
}

/** How many bytes are released. */
export const sizeOf = (output: ReleasedOutput): number =>
  typeof output === 'string' ? Buffer.byteLength(output) : output.size;
