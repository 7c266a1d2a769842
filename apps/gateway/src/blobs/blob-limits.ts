import { MAX_BLOB_BYTES } from '@countersign/contracts';

/** What runs and tenants may leave here. */
export interface BlobLimits {
  /** Largest blob, in bytes. Never more than the contract's own limit. */
  readonly maxBytes: number;
  /** Most blobs of one run, and most bytes of them together. */
  readonly perRun: { readonly count: number; readonly bytes: number };
  /** Most bytes of one tenant that no verdict has released yet. */
  readonly perTenantBytes: number;
  /** Most uploads that are received at the same time by one process, half of them of one tenant at most. Each holds one piece of a blob in memory. */
  readonly uploadsAtOnce: number;
}

/** The limits where the settings name none: a result is one blob, and retries of an upload may leave some more. */
export const DEFAULT_BLOB_LIMITS: BlobLimits = {
  maxBytes: MAX_BLOB_BYTES,
  perRun: { count: 4, bytes: 2 * MAX_BLOB_BYTES },
  perTenantBytes: 1024 * 1024 * 1024,
  uploadsAtOnce: 16,
};

/** How long an upload may take before what it has left is removed, in minutes. A request lasts 30 s at most. */
export const WRITING_MINUTES = 15;
/** How long a blob is kept that nobody knows a job of, in hours. */
export const UNKNOWN_JOB_HOURS = 24;
/** How long a released blob can be read, in days. */
export const RELEASED_DAYS = 30;
