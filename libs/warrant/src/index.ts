export {
  importPublicKeys,
  keyRingText,
  KeyStatus,
  newKeyRing,
  parseKeyRing,
  publicKeysOf,
  RETIRED_FOR_MS,
  rotateKeyRing,
  type KeyRing,
  type PublicJwk,
  type SigningKey,
} from './key-ring.js';
export { kidOf } from './kid-of.js';
export {
  readWarrant,
  verifyWarrant,
  WarrantProblem,
  type ExpectedRun,
  type SchedulerTime,
  type WarrantCheck,
} from './verify-warrant.js';
export { WarrantSigner } from './warrant-signer.js';
export { MAX_WARRANT_LENGTH, WARRANT_ALG, WARRANT_ISSUER, WARRANT_TYPE, WarrantClaims } from './warrant.js';
