export { GENESIS, GENESIS_HASH, type AuditEntry, type ChainHead, type ChainRow } from './audit-entry.js';
export { canonicalText } from './canonical-text.js';
export { chainEntry, entryHash } from './chain-entry.js';
export { exportRow, readExport } from './export-log.js';
export { ChainProblem, verifyChain, type ChainVerdict } from './verify-chain.js';
