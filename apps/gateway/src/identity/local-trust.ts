import { Inject, Injectable } from '@nestjs/common';
import { isLoopbackHost, LocalCallers } from '@countersign/service-kit';
import { HTTP_SETTINGS, type HttpSettings } from '../settings/http-settings.js';
import { ApiKeys } from './api-keys/api-keys.js';

/** How long it is believed that there is no key, in milliseconds: the first one locks the door this much later at most. */
const NO_KEY_FOR_MS = 1_000;

/**
 * Whether a caller on loopback needs no credentials. Unless it is set otherwise: only on loopback, and only until an
 * issuer or the first API key is configured, also while the gateway runs. Keys that are gone count as well: a revoked
 * one must not open what it had locked.
 */
@Injectable()
export class LocalTrust {
  private hasKeys = false;
  private askedAt = -Infinity;

  constructor(
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
    private readonly keys: ApiKeys,
  ) {}

  /** Throws when it depends on the database and that does not answer. */
  async isGiven(now = performance.now()): Promise<boolean> {
    const { localCallers, host, issuers } = this.settings;
    if (localCallers === LocalCallers.Deny || !isLoopbackHost(host)) return false;
    if (localCallers === LocalCallers.Allow) return true;
    if (issuers.length > 0 || this.hasKeys) return false;
    if (now - this.askedAt >= NO_KEY_FOR_MS) {
      this.hasKeys = await this.keys.anyWasMade();
      this.askedAt = now;
    }
    return !this.hasKeys;
  }
}
