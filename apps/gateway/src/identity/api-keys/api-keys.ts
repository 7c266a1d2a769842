import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Service, VerifiedBy } from '@countersign/contracts';
import { Road, roadOf } from '@countersign/service-kit';
import { ApiError } from '../../http/problem.js';
import type { Caller } from '../caller.js';
import { findKey, keysExist, markUsed } from './api-key.store.js';
import { digestOf, keyIdOf } from './key-text.js';

/**
 * The callers known by an API key. A key is looked up by its id for each request, so revoking takes effect at once; the
 * secret itself is never compared, only digests, and those in constant time.
 */
@Injectable()
export class ApiKeys {
  private readonly logger = new Logger('gateway keys');

  constructor(@Inject(roadOf(Service.Gateway)) private readonly road: Road) {}

  /** Throws `invalid_credentials` alike for a key that is unknown, wrong, expired or revoked. */
  async identify(text: string): Promise<Caller> {
    const keyId = keyIdOf(text);
    const key = keyId === undefined ? undefined : await findKey(this.road.database, keyId);
    if (!key || !timingSafeEqual(digestOf(text), key.secret_sha256) || !key.is_usable)
      throw new ApiError('invalid_credentials', 'The API key is not valid.');
    if (!key.is_marked) this.mark(key.key_id);
    const { tenant_id: tenant, name, roles, groups, agents } = key;
    return { name, tenant, roles, groups, agents, by: VerifiedBy.ApiKey, credential: `key ${key.key_id}` };
  }

  /** Whether a key was ever made, usable or not. */
  anyWasMade(): Promise<boolean> {
    return keysExist(this.road.database, 'any');
  }

  /** Whether a key lets somebody in now. */
  anyIsUsable(): Promise<boolean> {
    return keysExist(this.road.database, 'usable');
  }

  /** Nobody waits for it, and no request fails over it. */
  private mark(keyId: string): void {
    markUsed(this.road.database, keyId).catch((error: unknown) =>
      this.logger.warn({ message: 'the use of a key was not noted', key: keyId, error: String(error) }),
    );
  }
}
