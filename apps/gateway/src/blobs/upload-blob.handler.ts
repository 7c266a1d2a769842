import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BLOB_CHUNK_BYTES, Service } from '@countersign/contracts';
import { newUlid } from '@countersign/kernel';
import {
  PLATFORM_CONFIG,
  Road,
  roadOf,
  type PlatformConfig,
  type TenantRoad,
} from '@countersign/service-kit';
import { ApiError } from '../http/problem.js';
import type { CallingRun } from '../identity/caller.js';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import type { Announced } from './announced.js';
import {
  addChunk,
  beginBlob,
  finishBlob,
  isStored,
  removeBlobs,
  type Beginning,
  type NewBlob,
} from './blob.store.js';
import { blobKeyOf, sealChunk } from './chunk-seal.js';
import { chunked } from './chunked.js';
import { UploadSlots } from './upload-slots.js';

/** An upload by a run. */
export interface Upload extends Announced {
  readonly tenant: string;
  readonly run: CallingRun;
  readonly digest: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** What came of an upload: a blob, or nothing, since the run has these bytes here already. */
export type Uploaded = 'created' | 'known';

/**
 * Takes the bytes of an upload, piece by piece: each is sealed and stored before the next one is read. A blob is there
 * when its last piece is and its bytes come to its digest, and until then for nobody.
 */
@Injectable()
export class UploadBlobHandler {
  private readonly key: Buffer;
  private readonly slots: UploadSlots;

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(HTTP_SETTINGS) private readonly settings: Pick<HttpSettings, 'blobs'>,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.key = blobKeyOf(config.secrets.quarantineKey);
    this.slots = new UploadSlots(settings.blobs.uploadsAtOnce);
  }

  /** Throws `blob_quota`, `rate_limited`, `digest_mismatch` and `malformed_request`; nothing is left then. */
  async take(upload: Upload): Promise<Uploaded> {
    const { tenant } = upload;
    if (!this.slots.take(tenant))
      throw new ApiError('rate_limited', 'Too many uploads are on their way. Try again.');
    try {
      return await this.receive(upload);
    } finally {
      this.slots.giveBack(tenant);
    }
  }

  private async receive(upload: Upload): Promise<Uploaded> {
    const { run, tenant, digest, size, mediaType } = upload;
    const blob: NewBlob = {
      blob_id: newUlid(),
      tenant_id: tenant,
      job_id: run.jobId,
      attempt: run.attempt,
      run_id: run.runId,
      digest,
      size,
      media_type: mediaType,
    };
    const road = this.road.forTenant(tenant);
    const beginning = await road.run((work) => beginBlob(work, blob, this.settings.blobs));
    if (beginning === 'known') return 'known';
    refuseOver(beginning);
    let isWhole = false;
    try {
      await this.store(road, blob, upload.bytes);
      isWhole = await road.run((work) => finishBlob(work, blob));
      if (isWhole) return 'created';
      if (await road.read((sql) => isStored(sql, blob))) return 'known';
      throw new ApiError('request_timeout', 'The whole blob must arrive in time.');
    } finally {
      if (!isWhole) await road.run((work) => removeBlobs(work, [blob.blob_id]));
    }
  }

  private async store(road: TenantRoad, blob: NewBlob, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    let index = 0;
    let received = 0;
    for await (const chunk of chunked(bytes, BLOB_CHUNK_BYTES)) {
      received += chunk.length;
      if (received > blob.size) break;
      hash.update(chunk);
      const sealed = sealChunk(chunk, this.key, { blobId: blob.blob_id, index });
      await road.run((work) => addChunk(work, blob, index, sealed));
      index++;
    }
    if (received !== blob.size)
      throw new ApiError('malformed_request', 'The blob has not the length that was announced.');
    if (`sha256:${hash.digest('hex')}` !== blob.digest)
      throw new ApiError('digest_mismatch', 'The bytes do not come to the digest in the path.');
  }
}

function refuseOver(beginning: Exclude<Beginning, 'known'>): void {
  if (beginning === 'run_quota') throw new ApiError('blob_quota', 'This run may leave no more blobs here.');
  if (beginning === 'tenant_quota')
    throw new ApiError('blob_quota', 'This tenant may leave no more blobs here before some are released.');
}
