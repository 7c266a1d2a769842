import { Type, type Static } from '@sinclair/typebox';
import { ULID_PATTERN } from '@countersign/kernel';
import { Digest, closed } from './message-fields.js';

/** PostgreSQL's `integer` ends here. */
const INT4_MAX = 2_147_483_647;

/** Largest output that travels as a blob, in bytes (50 MiB). What is larger is refused where it is uploaded. */
export const MAX_BLOB_BYTES = 50 * 1024 * 1024;
/** Bytes of every piece of a stored blob but its last one, which is shorter (256 KiB). */
export const BLOB_CHUNK_BYTES = 256 * 1024;
/** An output whose text is longer than this is uploaded by workers that can, in bytes. Half of what fits inline. */
export const INLINE_OUTPUT_BYTES = 256 * 1024;
/** Base64 of one piece, in characters. */
const CHUNK_TEXT_LENGTH = 4 * Math.ceil(BLOB_CHUNK_BYTES / 3);

/** What a blob is said to be. Text of these types can be scanned; everything else is held for a person. */
export const BlobMediaType = {
  Json: 'application/json',
  Text: 'text/plain',
  Bytes: 'application/octet-stream',
} as const;
export type BlobMediaType = (typeof BlobMediaType)[keyof typeof BlobMediaType];

const MediaType = Type.Unsafe<BlobMediaType>({ type: 'string', enum: Object.values(BlobMediaType) });

/** Names the bytes of an output that is too large to travel in a message. */
export const BlobRef = Type.Object(
  {
    digest: Digest,
    size: Type.Integer({ minimum: 1, maximum: MAX_BLOB_BYTES, description: 'In bytes.' }),
    media_type: MediaType,
  },
  { ...closed, description: 'A blob: its digest, its size in bytes and its media type.' },
);
export type BlobRef = Static<typeof BlobRef>;

const Run = {
  job_id: Type.String({ pattern: ULID_PATTERN }),
  attempt: Type.Integer({ minimum: 1, maximum: INT4_MAX }),
  run_id: Type.String({ maxLength: 64 }),
};
const Index = Type.Integer({ minimum: 0, maximum: Math.ceil(MAX_BLOB_BYTES / BLOB_CHUNK_BYTES) });
const DraftId = Type.String({ pattern: ULID_PATTERN });

/** Asks for one piece of what a run has uploaded. */
export const BlobQuestion = Type.Object(
  { ...Run, digest: Digest, index: Index },
  { ...closed, $id: 'BlobQuestion' },
);
export type BlobQuestion = Static<typeof BlobQuestion>;

/** Adds a piece to the redacted copy of a blob. The first one makes it; pieces come in order. */
export const BlobPiece = Type.Object(
  {
    ...Run,
    of: Digest,
    draft: DraftId,
    index: Index,
    data: Type.String({ contentEncoding: 'base64', maxLength: CHUNK_TEXT_LENGTH }),
  },
  { ...closed, $id: 'BlobPiece' },
);
export type BlobPiece = Static<typeof BlobPiece>;

/** Says that the redacted copy of a blob is whole, and what its bytes must come to. */
export const BlobCommit = Type.Object(
  { ...Run, of: Digest, draft: DraftId, blob: BlobRef },
  { ...closed, $id: 'BlobCommit' },
);
export type BlobCommit = Static<typeof BlobCommit>;

/** What a piece of a blob is answered with. */
export const BlobPieceAnswer = Type.Object({
  ok: Type.Literal(true),
  size: BlobRef.properties.size,
  media_type: MediaType,
  data: Type.String({ maxLength: CHUNK_TEXT_LENGTH }),
});
export type BlobPieceAnswer = Static<typeof BlobPieceAnswer>;
