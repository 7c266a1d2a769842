import type { Outgoing } from '../outgoing.js';

let last = 0;

/** A message with a fresh id; a job by default. */
export function anOutgoing(overrides: Partial<Outgoing> = {}): Outgoing {
  return {
    subject: 'from.gateway.job.mcp-bridge.read',
    id: `event-${++last}`,
    type: 'job.v1',
    source: '/countersign/gateway',
    body: '{"n":1}',
    time: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

/** A number of them. */
export function outgoings(count: number, overrides: Partial<Outgoing> = {}): Outgoing[] {
  return Array.from({ length: count }, () => anOutgoing(overrides));
}
