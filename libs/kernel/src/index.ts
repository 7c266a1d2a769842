export { assertNever } from './assert-never.js';
export { canonicalJson, sha256Digest } from './canonical-json.js';
export { CodedError } from './coded-error.js';
export { derivedUlid, newUlid, ULID_PATTERN } from './ids.js';
export { pointerToken, type JsonValue } from './json-value.js';
export {
  parseStrictJson,
  type StrictJsonLimits,
  type StrictJsonProblem,
  type StrictJsonResult,
} from './strict-json.js';
export { newTraceparent, traceIdOf } from './trace-context.js';
export { fault } from '#faults';
