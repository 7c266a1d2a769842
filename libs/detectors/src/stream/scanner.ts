import { settingsOf, type Settings } from '../engine/settings.js';
import { mergeSpans, replaceSpans, type Span } from '../engine/span.js';
import type { FingerprintedFinding } from '../finding.js';
import { findKnown, knownValues, type KnownValue } from '../scan/echoes.js';
import { findingOf, isReplaced } from '../scan/finding-of.js';
import { fingerprintOf, type ScanOptions } from '../scan/fingerprint.js';
import { findAllSpans } from '../scan/scan-text.js';
import type { Severity } from '../rule/scale.js';
import { cutBefore, wholeCharacter } from './cut.js';
import { decodeBlock, encodingOfStream, type Block, type StreamEncoding } from './decode-block.js';
import { PositionCounter, type TextPosition } from './text-position.js';

/** A finding in a stream of bytes. */
export interface StreamFinding extends FingerprintedFinding {
  /** Start in bytes from the beginning of the stream. */
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly start: TextPosition;
  /** The position after the last character. */
  readonly end: TextPosition;
}

/** What a scan of a stream needs and may be told. */
export interface StreamOptions extends ScanOptions {
  /** Bytes that are scanned at most; {@link MAX_STREAM_BYTES} when left out. */
  readonly maxBytes?: number;
  /** Findings that are kept at most; more are counted and still replaced. {@link MAX_STREAM_FINDINGS} by default. */
  readonly maxFindings?: number;
  /** Receives the redacted stream piece by piece. Nothing of a piece can still become a finding. */
  readonly onOutput?: (bytes: Uint8Array) => void;
}

/** The verdict about a stream. */
export interface StreamResult {
  readonly findings: StreamFinding[];
  /** Findings in all, kept or not. */
  readonly count: number;
  /** The same by severity; severities that did not occur are left out. */
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  /** More was found than is kept. */
  readonly truncated: boolean;
  /** The stream was longer than `maxBytes`: what came after was not scanned and not given out. */
  readonly overLimit: boolean;
  /** Bytes that were pushed. */
  readonly bytes: number;
  readonly encoding: StreamEncoding;
}

/** Takes bytes in any pieces; the verdict depends on the bytes alone. */
export interface StreamScanner {
  push(chunk: Uint8Array): void;
  /** The verdict; call it once, after the last chunk. */
  end(): StreamResult;
}

/** Largest stream that is scanned unless told otherwise. */
export const MAX_STREAM_BYTES = 64 * 1024 * 1024;
/** Findings kept unless told otherwise. */
export const MAX_STREAM_FINDINGS = 10_000;

/** Fresh bytes that are scanned at once. Where a block begins and ends depends on the stream alone. */
const blockBytes = 128 * 1024;
/** Text at the end of a block that waits for more: longer than any rule reaches to its right. */
const holdBack = 8 * 1024;
/** Text before a block that rules may look back at. */
const lookBack = 2 * 1024;
const mostKnownValues = 1024;

/** Starts a scan. @throws RangeError when the fingerprint key is empty or an option is out of range */
export function createScanner(options: StreamOptions): StreamScanner {
  fingerprintOf('', options);
  return new Scanner(options);
}

class Scanner implements StreamScanner {
  private readonly settings: Settings;
  private readonly maxBytes: number;
  private readonly maxFindings: number;
  private readonly findings: StreamFinding[] = [];
  private readonly known = new Map<string, KnownValue>();
  private fresh: Uint8Array[] = [];
  private freshBytes = 0;
  /** Bytes of the last block that are looked at again: what was given out as context, then what was held back. */
  private carried = Buffer.alloc(0);
  /** Bytes of `carried` that were given out. */
  private contextBytes = 0;
  /** Characters and bytes given out in all. */
  private emitted = 0;
  private emittedBytes = 0;
  private pushed = 0;
  private count = 0;
  private readonly bySeverity: Partial<Record<Severity, number>> = {};
  private readonly position = new PositionCounter();
  private encoding: StreamEncoding | undefined;

  constructor(private readonly options: StreamOptions) {
    this.settings = settingsOf(options);
    this.maxBytes = options.maxBytes ?? MAX_STREAM_BYTES;
    this.maxFindings = options.maxFindings ?? MAX_STREAM_FINDINGS;
  }

  push(chunk: Uint8Array): void {
    const room = Math.max(0, this.maxBytes - this.pushed);
    this.pushed += chunk.length;
    let rest = chunk.length > room ? chunk.subarray(0, room) : chunk;
    while (rest.length > 0) {
      const taken = rest.subarray(0, blockBytes - this.freshBytes);
      this.fresh.push(taken.slice());
      this.freshBytes += taken.length;
      rest = rest.subarray(taken.length);
      if (this.freshBytes === blockBytes) this.scanBlock(false);
    }
  }

  end(): StreamResult {
    this.scanBlock(true);
    return {
      findings: this.findings,
      count: this.count,
      bySeverity: this.bySeverity,
      truncated: this.count > this.findings.length,
      overLimit: this.pushed > this.maxBytes,
      bytes: this.pushed,
      encoding: this.encoding ?? 'utf-8',
    };
  }

  private scanBlock(isLast: boolean): void {
    const bytes = Buffer.concat([this.carried, ...this.fresh]);
    this.fresh = [];
    this.freshBytes = 0;
    this.encoding ??= encodingOfStream(bytes);
    const block = decodeBlock(bytes, this.encoding, isLast);
    const { text } = block;
    const from = block.charactersIn(this.contextBytes);
    const spans = this.spansOf(text);
    const cut = isLast
      ? text.length
      : cutBefore(text, spans, from, Math.max(from + 1, text.length - holdBack));
    const decided = spans
      .filter((span) => span.end > from && span.start < cut)
      .map((span) => ({ ...span, start: Math.max(from, span.start), end: Math.min(cut, span.end) }));
    this.report(block, from, cut, decided);
    this.emit(block, from, cut, decided);
    this.carry(block, bytes, cut, isLast);
  }

  private spansOf(text: string): Span[] {
    const { work = { steps: 0 } } = this.options;
    const spans = findAllSpans(text, work, this.settings);
    const copies = findKnown(text, [...this.known.values()], work);
    for (const item of knownValues(text, spans))
      if (this.known.size < mostKnownValues) this.known.set(item.value, item);
    return copies.length === 0 ? spans : mergeSpans([...spans, ...copies]);
  }

  private report(block: Block, from: number, cut: number, spans: readonly Span[]): void {
    let at = from;
    let byteAt = this.emittedBytes;
    for (const span of spans) {
      const place = { ...span, start: this.emitted + span.start - from, end: this.emitted + span.end - from };
      const finding = findingOf(place, this.settings);
      this.count++;
      this.bySeverity[finding.severity] = (this.bySeverity[finding.severity] ?? 0) + 1;
      if (this.findings.length >= this.maxFindings) continue;
      byteAt += block.byteLength(at, span.start);
      const byteLength = block.byteLength(span.start, span.end);
      this.findings.push({
        ...finding,
        fingerprint: fingerprintOf(block.text.slice(span.start, span.end), this.options),
        byteOffset: byteAt,
        byteLength,
        start: this.position.advance(block.text, at, span.start),
        end: this.position.advance(block.text, span.start, span.end),
      });
      byteAt += byteLength;
      at = span.end;
    }
    this.position.advance(block.text, at, cut);
  }

  private emit(block: Block, from: number, cut: number, spans: readonly Span[]): void {
    this.emitted += cut - from;
    this.emittedBytes += block.byteLength(from, cut);
    const { onOutput } = this.options;
    if (onOutput === undefined || cut <= from) return;
    const replaced = spans
      .filter((span) => isReplaced(span, this.settings))
      .map((span) => ({ ...span, start: span.start - from, end: span.end - from }));
    onOutput(
      block.encode(replaceSpans(block.text.slice(from, cut), replaced, this.settings.markers.markerFor)),
    );
  }

  private carry(block: Block, bytes: Buffer, cut: number, isLast: boolean): void {
    const context = isLast ? cut : wholeCharacter(block.text, Math.max(0, cut - lookBack));
    const start = block.byteLength(0, context);
    this.contextBytes = block.byteLength(context, cut);
    this.carried = Buffer.from(bytes.subarray(start));
  }
}
