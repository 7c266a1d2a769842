import { createHash } from 'node:crypto';
import { BlobMediaType, MAX_BLOB_BYTES } from '@countersign/contracts';
import { Action, createScanner, type Region, type StreamFinding } from '@countersign/detectors';
import { Allowance } from '../examine/inline-scan.js';
import { JsonUnescape } from './json-unescape.js';

/** What was found in a stream of bytes. It depends on the bytes alone, never on the pieces that they came in. */
export interface StreamScan {
  readonly findings: readonly StreamFinding[];
  /** Findings in all, listed or not. */
  readonly count: number;
  /** Digest and bytes of what was read. */
  readonly digest: string;
  readonly bytes: number;
  /** Digest and bytes of the same without its findings. */
  readonly redactedDigest: string;
  readonly redactedBytes: number;
  /** Why a person has to look: it is no text, too long, or holds what may not be told apart. */
  readonly doubt: Doubt | undefined;
}

/** Why a stream can't be judged. */
export type Doubt =
  /** Bytes that are no UTF-8, or hold a NUL: what a reader makes of them nobody knows. */
  | 'not_text'
  /** Longer than is scanned. */
  | 'over_limit'
  /** Something is hidden by the escapes of JSON, and would come out when it is parsed. */
  | 'escaped'
  /** A finding whose rule wants a person. */
  | 'held';

/** What a scan needs, and may give out. */
export interface StreamScanOptions {
  readonly fingerprintKey: Uint8Array;
  readonly mediaType: BlobMediaType;
  /** Bytes that the stream is said to have: of more work than they may take the scan fails with `OverBudget`. */
  readonly size: number;
  /** Whose national ids are looked for. @default all */
  readonly regions?: readonly Region[];
  /** Findings that are listed at most. */
  readonly maxFindings: number;
  /** What looks at the bytes as they are written; {@link createScanner} outside tests. */
  readonly scannerOf?: typeof createScanner;
  /** Receives the redacted bytes, piece by piece. What it gives is waited for before more is read. */
  readonly onRedacted?: (bytes: Uint8Array) => Promise<void>;
}

/**
 * Scans a stream in bounded memory. JSON is looked at twice: as it is written, and, after its findings are replaced, as a
 * reader will understand it, with the escapes of its strings undone.
 */
export async function scanStream(
  source: AsyncIterable<Uint8Array>,
  options: StreamScanOptions,
): Promise<StreamScan> {
  const { fingerprintKey, mediaType, size, maxFindings, regions, onRedacted } = options;
  const { scannerOf = createScanner } = options;
  const scan = new TextScan(mediaType === BlobMediaType.Json ? { fingerprintKey, size } : undefined);
  const scanner = scannerOf({
    fingerprintKey,
    work: new Allowance(size),
    maxBytes: MAX_BLOB_BYTES,
    maxFindings,
    ...(regions === undefined ? {} : { regions }),
    onOutput: (bytes) => scan.redacted(bytes),
  });
  const hash = createHash('sha256');
  let bytes = 0;
  const giveOut = async () => {
    for (const piece of scan.takeRedacted()) await onRedacted?.(piece);
  };
  for await (const piece of source) {
    bytes += piece.length;
    hash.update(piece);
    scan.raw(piece);
    scanner.push(piece);
    await giveOut();
  }
  const result = scanner.end();
  await giveOut();
  const isHeld = result.findings.some(({ action }) => action === Action.Quarantine);
  return {
    findings: result.findings,
    count: result.count,
    digest: `sha256:${hash.digest('hex')}`,
    bytes,
    ...scan.end(),
    doubt: scan.isText ? (result.overLimit ? 'over_limit' : isHeld ? 'held' : scan.escapeDoubt) : 'not_text',
  };
}

/** Follows a stream as text: whether it is any, what is left of it, and what its escapes hide. */
class TextScan {
  isText = true;
  escapeDoubt: 'escaped' | undefined;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly hash = createHash('sha256');
  private readonly unescape = new JsonUnescape();
  private readonly inner: ReturnType<typeof createScanner> | undefined;
  private readonly innerDecoder = new TextDecoder('utf-8');
  private redactedBytes = 0;
  private pieces: Uint8Array[] = [];

  constructor(inner: Pick<StreamScanOptions, 'fingerprintKey' | 'size'> | undefined) {
    // Its own limit is never reached: markers and undone escapes are no longer than what they stand for, or few.
    if (inner !== undefined)
      this.inner = createScanner({
        fingerprintKey: inner.fingerprintKey,
        work: new Allowance(inner.size),
        maxBytes: 2 * MAX_BLOB_BYTES,
        maxFindings: 1000,
      });
  }

  raw(piece: Uint8Array): void {
    if (piece.includes(0)) this.isText = false;
    this.decode(piece, true);
  }

  redacted(bytes: Uint8Array): void {
    this.hash.update(bytes);
    this.redactedBytes += bytes.length;
    this.pieces.push(bytes);
    if (this.inner) this.look(this.unescape.push(this.innerDecoder.decode(bytes, { stream: true })));
  }

  takeRedacted(): Uint8Array[] {
    const taken = this.pieces;
    this.pieces = [];
    return taken;
  }

  end(): Pick<StreamScan, 'redactedDigest' | 'redactedBytes'> {
    this.decode(new Uint8Array(), false);
    if (this.inner) {
      this.look(this.unescape.push(this.innerDecoder.decode()) + this.unescape.end());
      const inner = this.inner.end();
      if (inner.overLimit || inner.truncated || inner.findings.some(({ action }) => action !== Action.Alert))
        this.escapeDoubt = 'escaped';
    }
    return { redactedDigest: `sha256:${this.hash.digest('hex')}`, redactedBytes: this.redactedBytes };
  }

  private look(text: string): void {
    if (text !== '') this.inner?.push(Buffer.from(text));
  }

  private decode(piece: Uint8Array, stream: boolean): void {
    if (!this.isText) return;
    try {
      this.decoder.decode(piece, { stream });
    } catch {
      this.isText = false;
    }
  }
}
