import { createHash } from 'node:crypto';
import type { Static, TSchema } from '@sinclair/typebox';
import { Controller, Inject } from '@nestjs/common';
import {
  BlobCommit,
  BlobPiece,
  BlobQuestion,
  BLOB_CHUNK_BYTES,
  parseBody,
  Service,
  Subjects,
  type BlobPieceAnswer,
} from '@countersign/contracts';
import { CodedError } from '@countersign/kernel';
import { Respond, type BusRequest } from '@countersign/messaging';
import { PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { findOfRun, readChunk } from './blob.store.js';
import { blobKeyOf, sealChunk, unsealChunk } from './chunk-seal.js';
import { addDraftChunk, beginDraft, findDraft, finishDraft } from './draft.store.js';

type Refused = { readonly ok: false; readonly code: 'not_found' | 'digest_mismatch' | 'invalid_field' };
type Done = { readonly ok: true };

const NOT_FOUND: Refused = { ok: false, code: 'not_found' };
const MISMATCH: Refused = { ok: false, code: 'digest_mismatch' };
/** Pieces are large, and one scanner asks for one after the other. */
const FEW = { maxBatch: 4 };

/** What the output-scanner asks: the pieces of what a run has uploaded, and room for a redacted copy of them. */
@Controller()
export class ServeBlobsResponder {
  private readonly key: Buffer;

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.key = blobKeyOf(config.secrets.quarantineKey);
  }

  @Respond(Subjects.queryBlob.template, FEW)
  read(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return answer(batch, BlobQuestion, (question) => this.piece(question));
  }

  @Respond(Subjects.commandBlobWrite.template, FEW)
  write(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return answer(batch, BlobPiece, (piece) => this.add(piece));
  }

  @Respond(Subjects.commandBlobCommit.template, FEW)
  commit(batch: readonly BusRequest[]): Promise<readonly unknown[]> {
    return answer(batch, BlobCommit, (commit) => this.finish(commit));
  }

  private async piece(question: BlobQuestion): Promise<BlobPieceAnswer | Refused> {
    const blob = await findOfRun(this.road.database, question);
    if (blob === undefined) return NOT_FOUND;
    const sealed = await readChunk(this.road.database, blob.blob_id, question.index);
    if (sealed === undefined) return NOT_FOUND;
    const { blob_id: blobId, size, media_type } = blob;
    const bytes = opened(() => unsealChunk(sealed, this.key, { blobId, index: question.index }));
    if (bytes === undefined) return MISMATCH;
    return { ok: true, size, media_type, data: bytes.toString('base64') };
  }

  private async add(piece: BlobPiece): Promise<Done | Refused> {
    const bytes = Buffer.from(piece.data, 'base64');
    if (bytes.length === 0 || bytes.length > BLOB_CHUNK_BYTES) return { ok: false, code: 'invalid_field' };
    const sealed = sealChunk(bytes, this.key, { blobId: piece.draft, index: piece.index });
    return this.road.run(async (work) => {
      if (piece.index === 0) await beginDraft(work, piece);
      const draft = await findDraft(work, piece);
      if (draft === undefined) return NOT_FOUND;
      await addDraftChunk(work, draft, piece.index, sealed, bytes.length);
      return { ok: true };
    });
  }

  /** The bytes are read once more: what is released must be what the scanner says that it is. */
  private async finish(commit: BlobCommit): Promise<Done | Refused> {
    const draft = await findDraft(this.road.database, commit);
    if (draft === undefined) return this.wasFinished(commit);
    const hash = createHash('sha256');
    let size = 0;
    for (let index = 0; size < commit.blob.size; index++) {
      const sealed = await readChunk(this.road.database, draft.blob_id, index);
      if (sealed === undefined) return MISMATCH;
      const bytes = opened(() => unsealChunk(sealed, this.key, { blobId: draft.blob_id, index }));
      if (bytes === undefined) return MISMATCH;
      hash.update(bytes);
      size += bytes.length;
    }
    if (size !== commit.blob.size || `sha256:${hash.digest('hex')}` !== commit.blob.digest) return MISMATCH;
    await this.road.run((work) => finishDraft(work, commit));
    return { ok: true };
  }

  /** An answer may have been lost: what was committed under this digest by the same run is the same copy. */
  private async wasFinished({ job_id, attempt, run_id, blob }: BlobCommit): Promise<Done | Refused> {
    const rows = await this.road.database.query(
      `SELECT 1 FROM blobs WHERE job_id = $1 AND attempt = $2 AND run_id = $3 AND digest = $4 AND state <> 'writing'`,
      [job_id, attempt, run_id, blob.digest],
    );
    return rows.length > 0 ? { ok: true } : NOT_FOUND;
  }
}

/** A piece that was changed, or sealed with another key, is no failure that ends: it is told as one of other bytes. */
function opened(open: () => Buffer): Buffer | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof CodedError && error.code === 'unsealable') return undefined;
    throw error;
  }
}

function answer<S extends TSchema>(
  batch: readonly BusRequest[],
  schema: S,
  answerOne: (question: Static<S>) => Promise<unknown>,
): Promise<readonly unknown[]> {
  return Promise.all(
    batch.map(async ({ data }) => {
      const parsed = parseBody(schema, data);
      if (parsed.ok) return answerOne(parsed.value);
      const { code, message, pointer } = parsed.problem;
      return { ok: false, code, detail: message, pointer };
    }),
  );
}
