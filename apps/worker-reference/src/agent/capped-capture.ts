import type { Readable } from 'node:stream';

/** Reads a stream to its end but keeps only its beginning, so that the writer is never blocked and memory is bounded. */
export class CappedCapture {
  private readonly chunks: Buffer[] = [];
  private kept = 0;
  private cut = false;

  constructor(stream: Readable, limitBytes: number) {
    stream.on('data', (chunk: Buffer) => {
      const room = limitBytes - this.kept;
      if (chunk.length > room) this.cut = true;
      if (room <= 0) return;
      const part = chunk.subarray(0, room);
      this.chunks.push(part);
      this.kept += part.length;
    });
  }

  /** Whether something was left out. */
  get truncated(): boolean {
    return this.cut;
  }

  /** What was kept, as UTF-8; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
