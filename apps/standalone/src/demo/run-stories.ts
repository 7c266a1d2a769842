import { isTerminal, type JobState } from '@countersign/contracts';
import type { DemoApi } from './api.js';
import { STORIES, type Story } from './stories.js';

interface JobView {
  readonly state: JobState;
  readonly reason: string | null;
  readonly reason_code: string | null;
  readonly rule_ids: readonly string[];
  readonly constraints: Record<string, unknown>;
  readonly attempts: readonly { readonly run_id: string | null; readonly worker_id?: string | null }[];
}

interface TimelineItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly subject: string;
  readonly summary: Record<string, unknown>;
}

/** Runs the seven stories one after the other and prints what became of each. Throws when one ends otherwise. */
export async function runStories(api: DemoApi, print: (line: string) => void): Promise<void> {
  let traceToShow = '';
  for (const [i, story] of STORIES.entries()) {
    print(`\n${i + 1}. ${story.title}`);
    print(`   ${String(story.job['topic'])}${tagsOf(story)}`);
    const traceId = await runStory(api, story, print);
    if (story.approveWith !== undefined) traceToShow = traceId;
  }
  await showTimeline(api, traceToShow, print);
  await verifyAudit(api, print);
}

async function runStory(api: DemoApi, story: Story, print: (line: string) => void): Promise<string> {
  const { job_id: id, trace_id: traceId } = await api.call<{ job_id: string; trace_id: string }>(
    'POST',
    '/api/v1/jobs',
    {
      tenant_id: 'default',
      ...story.job,
    },
  );
  const path = `/api/v1/jobs/${id}`;
  if (story.approveWith !== undefined) {
    await api.until<JobView>(path, (job) => job.state === 'PENDING_APPROVAL');
    print('   PENDING_APPROVAL: nothing runs until a person has countersigned');
    await api.until<{ items: { job_id: string }[] }>(
      '/api/v1/approvals?include_resolved=false',
      ({ items }) => items.some((item) => item.job_id === id),
    );
    const approval = await api.call<{ resolved_by: string }>('POST', `/api/v1/approvals/${id}/approve`, {
      note: story.approveWith,
    });
    print(`   approved by ${approval.resolved_by}: "${story.approveWith}"`);
  }
  const job = await api.until<JobView>(path, ({ state }) => isTerminal(state));
  const limits =
    Object.keys(job.constraints).length > 0 ? `, constraints ${JSON.stringify(job.constraints)}` : '';
  print(`   decided by ${job.rule_ids.join(', ') || 'no rule'}${limits}`);
  print(
    `   ${job.state}${job.reason_code ? ` (${job.reason_code})` : ''}, ${job.attempts.length === 0 ? 'no worker ever saw it' : `run ${job.attempts.at(-1)?.run_id ?? ''}`}`,
  );
  if (job.state !== story.endsAs)
    throw new Error(`story "${story.title}" ended as ${job.state}, not ${story.endsAs}`);
  if (job.state === 'COMPLETED') {
    const output = JSON.stringify(await api.call('GET', `${path}/output`));
    print(`   output ${output.length > 160 ? `${output.slice(0, 160)}…` : output}`);
    if (story.outputHolds !== undefined && !output.includes(story.outputHolds))
      throw new Error(`the output lacks ${story.outputHolds}`);
  }
  return traceId;
}

const tagsOf = (story: Story) =>
  Array.isArray(story.job['risk_tags']) ? `  [${story.job['risk_tags'].join(', ')}]` : '';

async function showTimeline(api: DemoApi, traceId: string, print: (line: string) => void): Promise<void> {
  const { items } = await api.until<{ items: TimelineItem[] }>(`/api/v1/traces/${traceId}`, (page) =>
    page.items.some((item) => item.type === 'output.v1'),
  );
  print(`\nThe whole trail of trace ${traceId}, from the audit log:`);
  for (const item of items)
    print(`   #${String(item.seq).padEnd(4)} ${item.at}  ${item.subject.padEnd(58)} ${brief(item.summary)}`);
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The few fields of a summary that tell the story on one line. */
function brief(summary: Record<string, unknown>): string {
  const shown = [
    'type',
    'rule_ids',
    'outcome',
    'attempt',
    'pool',
    'worker_id',
    'run_id',
    'status',
    'kind',
    'state',
  ];
  return shown
    .flatMap((key) =>
      summary[key] === undefined || summary[key] === null ? [] : [`${key}=${textOf(summary[key])}`],
    )
    .join(' ');
}

async function verifyAudit(api: DemoApi, print: (line: string) => void): Promise<void> {
  const result = await api.call<{ ok: boolean; entries: number; head_hash: string }>(
    'GET',
    '/api/v1/audit/verify',
  );
  if (!result.ok) throw new Error(`the audit chain does not verify: ${JSON.stringify(result)}`);
  print(`\nAudit chain verified: ${result.entries} entries, head ${result.head_hash}`);
}
