/** One job of the demo, and what must become of it. */
export interface Story {
  readonly title: string;
  readonly job: Record<string, unknown>;
  /** The note of the reviewer who approves it. */
  readonly approveWith?: string;
  readonly endsAs: string;
  /** Text that the released output must hold. */
  readonly outputHolds?: string;
}

/** Seven jobs that show each way a job can go. */
export const STORIES: readonly Story[] = [
  {
    title: 'A read, allowed',
    job: { topic: 'job.mcp-bridge.read.list_tickets' },
    endsAs: 'COMPLETED',
  },
  {
    title: 'A production write: waits, is approved, runs',
    job: {
      topic: 'job.mcp-bridge.write.update_ticket',
      risk_tags: ['prod'],
      labels: { 'mcp.action': 'write' },
    },
    approveWith: 'checked against ticket 4711',
    endsAs: 'COMPLETED',
  },
  {
    title: 'A medium-risk command, 45 s at most',
    job: { topic: 'job.agent.exec.report', risk_tags: ['medium'], params: { command: ['uname', '-s'] } },
    endsAs: 'COMPLETED',
  },
  {
    title: 'An untrusted command past its 2 s: killed',
    job: {
      topic: 'job.agent.exec.slow',
      risk_tags: ['medium', 'untrusted'],
      params: { command: ['sleep', '30'] },
    },
    endsAs: 'TIMED_OUT',
  },
  {
    title: 'A destructive call, denied',
    job: { topic: 'job.mcp-bridge.write.delete_ticket', risk_tags: ['prod'], params: { ticket: 'T-1' } },
    endsAs: 'DENIED',
  },
  {
    title: 'An untagged rm -rf, still denied',
    job: { topic: 'job.agent.exec.cleanup', params: { command: ['sh', '-c', 'rm -rf /srv/data'] } },
    endsAs: 'DENIED',
  },
  {
    title: 'A read of an .env file with a key in it: released redacted',
    job: { topic: 'job.mcp-bridge.read.file', params: { file: 'notes/.env' } },
    endsAs: 'COMPLETED',
    outputHolds: '[REDACTED:secret.aws-access-token]',
  },
];
