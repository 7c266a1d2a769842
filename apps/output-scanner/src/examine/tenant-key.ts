import { createHmac } from 'node:crypto';

/**
 * The key that fingerprints findings of a tenant: nobody can tell by them that two tenants hold the same secret. The
 * tenant is the one of the decision, never one that a worker names; without a decision there is none, and a key apart.
 */
export function fingerprintKeyOf(fingerprintKey: Uint8Array, tenantId: string | null): Uint8Array {
  return createHmac('sha256', fingerprintKey)
    .update(tenantId ?? '')
    .digest();
}
