export { Rule, Severity, severityOf } from './rule.js';
export { maxPointerLength, type Finding, type FingerprintedFinding, type LocatedFinding } from './finding.js';
export type { JsonValue } from './json-value.js';
export type { WorkCounter } from './work-counter.js';
export type { ScanOptions } from './scan/fingerprint.js';
export { scanText, type ScanTextOptions } from './scan/scan-text.js';
export { redactText, type RedactedText } from './scan/redact-text.js';
export { scanValue, type ScannedValue } from './scan/scan-value.js';
