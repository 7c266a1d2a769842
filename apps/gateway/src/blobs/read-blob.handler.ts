import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BlobRef, BLOB_CHUNK_BYTES, Service, Subjects, validate } from '@countersign/contracts';
import { Bus } from '@countersign/messaging';
import { busOf, PLATFORM_CONFIG, Road, roadOf, type PlatformConfig } from '@countersign/service-kit';
import { askService, refusalFrom } from '../http/ask-service.js';
import { ApiError } from '../http/problem.js';
import type { Asker } from '../read/job-finder.js';
import { findOfTenant, readChunk, type StoredBlob } from './blob.store.js';
import { blobKeyOf, unsealChunk } from './chunk-seal.js';

/**
 * Gives out what a verdict has released. Who knows that is the scheduler: it is asked each time, so that nothing in this
 * service's tables makes a blob readable.
 */
@Injectable()
export class ReadBlobHandler {
  private readonly key: Buffer;

  constructor(
    @Inject(roadOf(Service.Gateway)) private readonly road: Road,
    @Inject(busOf(Service.Gateway)) private readonly bus: Bus,
    @Inject(PLATFORM_CONFIG) config: PlatformConfig,
  ) {
    this.key = blobKeyOf(config.secrets.quarantineKey);
  }

  /** The released blob of a digest. Throws `not_found`, also for what is another tenant's or not released. */
  async find(digest: string, asker: Asker): Promise<StoredBlob> {
    const { tenant } = asker.caller;
    const blobs = await this.road.forTenant(tenant).read((sql) => findOfTenant(sql, tenant, digest));
    for (const blob of blobs) if (await this.isReleased(blob, digest, asker)) return blob;
    throw new ApiError('not_found', 'There is no such blob.');
  }

  /**
   * The bytes of a blob, piece by piece. They are read twice: not one is given before all of them come to the digest. A row
   * that was given a released digest would else bring out what no verdict has let go. Throws when they don't.
   */
  async bytesOf(blob: StoredBlob, digest: string): Promise<AsyncIterable<Buffer>> {
    const hash = createHash('sha256');
    for await (const bytes of this.piecesOf(blob)) hash.update(bytes);
    if (`sha256:${hash.digest('hex')}` !== digest)
      throw new Error('a stored blob differs from what was released');
    return this.piecesOf(blob);
  }

  /** Each piece opens as the one of this blob and place that was stored, and as no other. */
  private async *piecesOf({ blob_id, size, tenant_id }: StoredBlob): AsyncGenerator<Buffer, void> {
    const road = this.road.forTenant(tenant_id);
    const count = Math.ceil(size / BLOB_CHUNK_BYTES);
    for (let index = 0; index < count; index++) {
      const sealed = await road.read((sql) => readChunk(sql, blob_id, index));
      if (sealed === undefined) throw new Error('a piece of a released blob is gone');
      yield unsealChunk(sealed, this.key, { blobId: blob_id, index });
    }
  }

  private async isReleased(
    { job_id }: StoredBlob,
    digest: string,
    { caller, trace }: Asker,
  ): Promise<boolean> {
    const question = { tenant_id: caller.tenant, job_id };
    const answer = await askService(this.bus, Subjects.queryJobOutput.address({}), question, trace);
    if (answer.ok) {
      const released = validate(BlobRef, answer.members['output_blob']);
      return released.ok && released.value.digest === digest;
    }
    if (answer.code === 'not_found' || answer.code === 'not_released') return false;
    throw refusalFrom(answer, {});
  }
}
