import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BusLog } from '@countersign/messaging';
import { runWorker } from '@countersign/worker';
import { agentHandler } from './agent/agent-handler.js';
import { MAX_CAPTURE_BYTES, MAX_UPLOADED_CAPTURE_BYTES } from './agent/run-command.js';
import { mcpHandler } from './mcp/mcp-handler.js';

/** Settings of the reference workers. */
export interface ReferenceWorkerOptions {
  /** URL of the broker. */
  readonly servers: string;
  /** Gives the nkey seeds of the users of the two pools, at each connection. */
  readonly seeds: { readonly mcp: () => string; readonly agent: () => string };
  /** Holds `tickets/`, `workspace/` and the workers' own `state/`. One process uses it at a time. */
  readonly dataDir: string;
  /** Where the gateway is. Without it a command's output is cut where a message would be too large. */
  readonly gatewayUrl?: string;
  readonly log?: BusLog;
}

/** Tickets and files are quick; what runs at once is bounded by what a batch of claims carries. */
const MCP_CONCURRENCY = 64;
/** Commands are real processes. */
const AGENT_CONCURRENCY = 8;

/** Starts one worker for each of the pools `mcp` and `agent`. */
export async function startReferenceWorkers(
  options: ReferenceWorkerOptions,
): Promise<{ stop(): Promise<void> }> {
  const { servers, seeds, dataDir, gatewayUrl, log } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const upload = gatewayUrl === undefined ? {} : { gatewayUrl };
  const common = { servers, stateDir: join(dataDir, 'state'), ...upload, ...(log ? { log } : {}) };
  const mcp = await runWorker({
    ...common,
    pool: 'mcp',
    seed: seeds.mcp,
    workerId: 'mcp-1',
    concurrency: MCP_CONCURRENCY,
    handle: await mcpHandler(dataDir),
  });
  try {
    const agent = await runWorker({
      ...common,
      pool: 'agent',
      seed: seeds.agent,
      workerId: 'agent-1',
      concurrency: AGENT_CONCURRENCY,
      handle: agentHandler(gatewayUrl === undefined ? MAX_CAPTURE_BYTES : MAX_UPLOADED_CAPTURE_BYTES),
    });
    return {
      stop: async () => {
        await Promise.all([mcp.stop(), agent.stop()]);
      },
    };
  } catch (error) {
    await mcp.stop();
    throw error;
  }
}
