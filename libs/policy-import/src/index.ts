export { importAgentPolicy } from './agent-policy/import-agent-policy.js';
export { importAgentTools } from './agent-tools/import-agent-tools.js';
export { detectFormat, SourceFormat } from './detect-format.js';
export { importFramework } from './framework/import-framework.js';
export type { ImportOptions, NameAnswer } from './import-options.js';
export { importPolicy } from './import-policy.js';
export {
  ImportProblemCode,
  type ImportedFile,
  type ImportProblem,
  type ImportReport,
  type ImportResult,
  type ReportEntry,
  type SourcePlace,
} from './import-result.js';
export { importPermissions } from './permissions/import-permissions.js';
export { POLICY_LANGUAGE } from './policy-language.js';
export { importWorkOrderPolicy, WORK_ORDER_TOPICS } from './work-order/import-work-order.js';
export {
  parseOrderPolicy,
  validateOrder,
  type OrderAnswer,
  type OrderContext,
  type ParsedOrderPolicy,
} from './work-order/validate-order.js';
export type { WorkOrderPolicy } from './work-order/read-work-order-policy.js';
export { DEFAULT_BACKOFF_SEC, DEFAULT_RETRIES } from './work-order/step-violations.js';
