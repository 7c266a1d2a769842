import { WarrantKeys } from '@countersign/scheduler';
import { WarrantSigner, type WarrantClaims } from '@countersign/warrant';
import { CONFIG } from './settings.js';

/** Gives warrants as plain JSON: the keys are drawn by the runtime and not by the seed, and what a warrant says counts here. */
export class UnsignedWarrants extends WarrantKeys {
  constructor() {
    super(CONFIG, { every: () => undefined });
  }

  override get signer(): WarrantSigner {
    const sign = (claims: WarrantClaims) => JSON.stringify(claims);
    return Object.create(WarrantSigner.prototype, { sign: { value: sign } }) as WarrantSigner;
  }
}
