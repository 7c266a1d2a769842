export { Action, Confidence, Kind, Severity, severityRank, type RuleId } from './rule/scale.js';
export type { RuleDefinition } from './rule/definition.js';
export type { Region } from './rule/context-rule.js';
export { allRegions, allRules, definitionOf, RULE_SET_VERSION } from './rules/catalogue.js';
export { maxPointerLength, type Finding, type FingerprintedFinding, type LocatedFinding } from './finding.js';
export type { Encoding } from './engine/span.js';
export { SHORTEST_CANARY, type DetectOptions, type RuledAction } from './engine/settings.js';
export type { JsonValue } from './json-value.js';
export type { WorkCounter } from './work-counter.js';
export type { ScanOptions } from './scan/fingerprint.js';
export { scanText, type ScanTextOptions } from './scan/scan-text.js';
export { keywordPass } from './scan/keyword-pass.js';
export { redactText, type RedactedText } from './scan/redact-text.js';
export { scanValue, type ScannedValue } from './scan/scan-value.js';
export {
  compileTenantRule,
  TenantRuleRefused,
  type TenantRule,
  type TenantRuleSource,
} from './tenant/tenant-rule.js';
export {
  createScanner,
  MAX_STREAM_BYTES,
  MAX_STREAM_FINDINGS,
  type StreamFinding,
  type StreamOptions,
  type StreamResult,
  type StreamScanner,
} from './stream/scanner.js';
export { StreamEncoding } from './stream/decode-block.js';
export type { TextPosition } from './stream/text-position.js';
