import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { validate } from '@countersign/contracts';
import { CodedError, type JsonValue } from '@countersign/kernel';
import type { JobHandler } from '@countersign/worker';
import { refuseUnenforced } from '../refuse-unenforced.js';
import { seedWorkspace } from './seed-workspace.js';
import { Ticket, TicketStore } from './ticket-store.js';
import { readWorkspaceFile } from './workspace-file.js';

const closed = { additionalProperties: false } as const;
const ReadParams = Type.Object(
  { ticket: Type.Optional(Type.String()), file: Type.Optional(Type.String({ maxLength: 1024 })) },
  closed,
);
const UpdateParams = Type.Object(
  {
    ticket: Type.Optional(Type.String()),
    status: Type.Optional(Ticket.properties.status),
    title: Type.Optional(Ticket.properties.title),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
  },
  closed,
);

/** The ticket that is updated when the caller names none. */
const DEFAULT_TICKET = 'T-1';

/**
 * The tools of the pool `mcp`: `job.mcp-bridge.read.*` reads the tickets (all, or `{ticket}`) or a file of the
 * workspace (`{file}`); `job.mcp-bridge.write.update_ticket` changes one. Tickets are in `<dataDir>/tickets`, the
 * workspace is `<dataDir>/workspace`.
 */
export async function mcpHandler(dataDir: string): Promise<JobHandler> {
  const workspace = join(dataDir, 'workspace');
  const tickets = await TicketStore.open(join(dataDir, 'tickets'));
  await seedWorkspace(workspace);
  return async (job, run) => {
    refuseUnenforced(run.constraints, []);
    run.signal.throwIfAborted();
    if (/^job\.mcp-bridge\.read\.[^.]+$/.test(job.topic))
      return { status: 'succeeded', output: await read(tickets, workspace, job.params) };
    if (job.topic === 'job.mcp-bridge.write.update_ticket') {
      const { ticket = DEFAULT_TICKET, ...change } = checked(UpdateParams, job.params);
      const beforeWrite = () => {
        run.signal.throwIfAborted();
        run.reportEffect({ kind: 'file', op: 'write', target: `tickets/${ticket}.json` });
      };
      const updated = await tickets.update(ticket, change, {
        jobId: job.job_id,
        now: new Date(),
        beforeWrite,
      });
      return { status: 'succeeded', output: updated };
    }
    throw new CodedError('unknown_topic', 'this worker has no tool for the topic');
  };
}

async function read(tickets: TicketStore, workspace: string, params: unknown): Promise<JsonValue> {
  const { ticket, file } = checked(ReadParams, params);
  if (ticket !== undefined && file !== undefined)
    throw new CodedError('invalid_params', 'either a ticket or a file can be read');
  if (file !== undefined) return { file, text: await readWorkspaceFile(workspace, file) };
  if (ticket !== undefined) return tickets.get(ticket);
  return { tickets: await tickets.list() };
}

function checked<S extends typeof ReadParams | typeof UpdateParams>(schema: S, params: unknown) {
  const result = validate(schema, params);
  if (!result.ok) throw new CodedError('invalid_params', `params: ${result.problem.message}`);
  return result.value;
}
