import { importAgentPolicy } from './agent-policy/import-agent-policy.js';
import { importAgentTools } from './agent-tools/import-agent-tools.js';
import { detectFormat, SourceFormat } from './detect-format.js';
import { importFramework } from './framework/import-framework.js';
import type { ImportOptions } from './import-options.js';
import { ImportProblemCode, type ImportResult } from './import-result.js';
import { ImportSession } from './import-session.js';
import { importPermissions } from './permissions/import-permissions.js';
import { importWorkOrderPolicy } from './work-order/import-work-order.js';

const IMPORTERS = {
  work_order: importWorkOrderPolicy,
  agent_policy: importAgentPolicy,
  framework: importFramework,
  agent_tools: importAgentTools,
  permissions: importPermissions,
} as const satisfies Record<SourceFormat, (text: string, options: ImportOptions) => ImportResult>;

/**
 * Imports a source of any format, told or detected. What is wrong with its syntax is told as such; a source that is of
 * no format is refused with the formats that there are. Never throws on any text.
 */
export function importPolicy(text: string, options: ImportOptions = {}, format?: SourceFormat): ImportResult {
  const found = format ?? detectFormat(text, options.fileName ?? 'source');
  if (found) return IMPORTERS[found](text, options);
  const session = new ImportSession(options);
  session
    .read(text)
    ?.fault(
      ImportProblemCode.UnknownFormat,
      `the format can't be told from the keys; say which it is: ${Object.values(SourceFormat).join(', ')}`,
    );
  return session.finish(() => []);
}
