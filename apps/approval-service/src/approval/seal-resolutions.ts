import { approvalSeal, EventType, type ApprovalResolved } from '@countersign/contracts';
import type { PlatformConfig, Sealers } from '@countersign/service-kit';

/**
 * Seals the ends of questions about jobs: only with its seal does the scheduler take one for an answer. Reads the keys
 * at once, and throws `CodedError` where they are missing.
 */
export function approvalSealersOf({
  approvalSealKeys,
}: Pick<PlatformConfig['secrets'], 'approvalSealKeys'>): Sealers {
  const keys = approvalSealKeys();
  return {
    [EventType.ApprovalResolved]: (body) => {
      const resolved = body as ApprovalResolved;
      return resolved.kind === 'job' ? { ...resolved, seal: approvalSeal(resolved, keys) } : resolved;
    },
  };
}
