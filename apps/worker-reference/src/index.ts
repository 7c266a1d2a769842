export { agentHandler } from './agent/agent-handler.js';
export { mcpHandler } from './mcp/mcp-handler.js';
export { startReferenceWorkers, type ReferenceWorkerOptions } from './start-reference-workers.js';
