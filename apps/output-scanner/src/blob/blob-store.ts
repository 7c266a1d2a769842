import { createHash } from 'node:crypto';
import {
  BLOB_CHUNK_BYTES,
  BlobPieceAnswer,
  Subjects,
  validate,
  type BlobRef,
  type Result,
} from '@countersign/contracts';
import { CodedError, newUlid } from '@countersign/kernel';
import type { Bus } from '@countersign/messaging';

/** How long the gateway may take for one piece, in milliseconds, and for reading a whole copy once more. */
const PIECE_TIMEOUT_MS = 10_000;
const COMMIT_TIMEOUT_MS = 60_000;

/** A run and what it says that it has uploaded. */
export type RunBlob = Pick<Result, 'job_id' | 'attempt' | 'run_id'> & { readonly blob: BlobRef };

/** What runs have uploaded: the gateway's, asked over the bus, a piece at a time. */
export class BlobStore {
  constructor(private readonly bus: Pick<Bus, 'request'>) {}

  /**
   * The bytes of a blob. Throws `not_found` when the run has uploaded no such blob, `timeout` and `unavailable` when the
   * gateway is away, `other_media_type` when it was uploaded as something else.
   */
  async *read({ job_id, attempt, run_id, blob }: RunBlob): AsyncGenerator<Buffer, void> {
    let rest = blob.size;
    for (let index = 0; rest > 0; index++) {
      const question = { job_id, attempt, run_id, digest: blob.digest, index };
      const answer = await this.ask(Subjects.queryBlob.address({}), question, PIECE_TIMEOUT_MS);
      const piece = validate(BlobPieceAnswer, answer);
      if (!piece.ok) throw new CodedError(codeOf(answer), 'a piece of a blob was not given');
      // What it is given out as later must be what it was scanned as.
      if (piece.value.media_type !== blob.media_type)
        throw new CodedError('other_media_type', 'a blob was uploaded as another kind of text than is said');
      const bytes = Buffer.from(piece.value.data, 'base64');
      // What is said to be shorter or longer than it is, is told by its digest; only an end must come.
      if (bytes.length === 0 || (bytes.length < BLOB_CHUNK_BYTES && bytes.length < rest)) rest = 0;
      else rest -= bytes.length;
      yield bytes;
    }
  }

  /** Begins a redacted copy of a blob. */
  copyOf(blob: RunBlob): BlobCopy {
    return new BlobCopy(blob, (subject, body, timeoutMs) => this.ask(subject, body, timeoutMs));
  }

  private async ask(subject: string, body: object, timeoutMs = PIECE_TIMEOUT_MS): Promise<unknown> {
    const answer = await this.bus.request(subject, body, timeoutMs);
    if (codeOf(answer) === 'unavailable') throw new CodedError('unavailable', 'the gateway is not available');
    return answer;
  }
}

type Ask = (subject: string, body: object, timeoutMs?: number) => Promise<unknown>;

/** A copy that is being written. It holds one piece at a time. */
export class BlobCopy {
  private readonly draft = newUlid();
  private readonly hash = createHash('sha256');
  private pending = Buffer.alloc(0);
  private index = 0;

  constructor(
    private readonly of: RunBlob,
    private readonly ask: Ask,
  ) {}

  /** Adds bytes. */
  async add(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    this.pending = Buffer.concat([this.pending, bytes]);
    while (this.pending.length >= BLOB_CHUNK_BYTES) {
      const piece = this.pending.subarray(0, BLOB_CHUNK_BYTES);
      this.pending = this.pending.subarray(BLOB_CHUNK_BYTES);
      await this.send(piece);
    }
  }

  /** Makes the copy readable for whom a verdict releases it. Throws when it is not what it must come to. */
  async commit(blob: BlobRef): Promise<void> {
    if (this.pending.length > 0) await this.send(this.pending);
    if (`sha256:${this.hash.digest('hex')}` !== blob.digest)
      throw new CodedError('digest_mismatch', 'a redacted copy is not what was scanned');
    const body = { ...this.ids, blob };
    must(await this.ask(Subjects.commandBlobCommit.address({}), body, COMMIT_TIMEOUT_MS));
  }

  private get ids() {
    const { job_id, attempt, run_id, blob } = this.of;
    return { job_id, attempt, run_id, of: blob.digest, draft: this.draft };
  }

  private async send(piece: Buffer): Promise<void> {
    const body = { ...this.ids, index: this.index, data: piece.toString('base64') };
    must(await this.ask(Subjects.commandBlobWrite.address({}), body));
    this.index++;
  }
}

function must(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true) return;
  throw new CodedError(codeOf(answer), 'the gateway did not take a redacted copy');
}

function codeOf(answer: unknown): string {
  const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : undefined;
  return typeof code === 'string' ? code : 'malformed_answer';
}
