import { loadAgentGovernance } from './agent-governance.js';
import { loadCasbin } from './casbin.js';
import { loadCasl } from './casl.js';
import { loadCedar } from './cedar.js';
import { loadCountersign } from './countersign.js';
import type { EngineName, Load } from './engine.js';
import { loadJsonRulesEngine } from './json-rules-engine.js';

/** How each engine is loaded. */
export const LOADERS: Readonly<Record<EngineName, Load>> = {
  countersign: loadCountersign,
  cedar: loadCedar,
  casl: loadCasl,
  casbin: loadCasbin,
  'json-rules-engine': loadJsonRulesEngine,
  'agent-governance': loadAgentGovernance,
};
