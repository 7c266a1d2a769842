import { WarrantKeys } from '@countersign/scheduler';
import { WarrantSigner, type WarrantClaims } from '@countersign/warrant';
import { CONFIG } from './settings.js';

/**
 * Gives warrants as plain JSON. Signing runs on threads of the runtime, whose order no seed decides; what a warrant
 * says is what counts here.
 */
export class UnsignedWarrants extends WarrantKeys {
  constructor() {
    super(CONFIG, { every: () => undefined });
  }

  override get signer(): WarrantSigner {
    const sign = (warrants: readonly WarrantClaims[]) =>
      Promise.resolve(warrants.map((claims) => JSON.stringify(claims)));
    return Object.create(WarrantSigner.prototype, { sign: { value: sign } }) as WarrantSigner;
  }
}
