/** The topic that all jobs of the benchmark have. */
export const TOPIC = 'job.bench.echo';
/** Tenant and producer name of the benchmark. */
export const TENANT = 'bench';
export const PRODUCER = 'bench';
export const POOL = 'bench';

/** Size of a job on the wire, in bytes. */
export const JOB_BYTES = 1024;

const SENTENCE = 'the agent asks to read one page of the handbook and to say what it found there; ';

/** A job request of exactly 1 KiB, as a client would send it: topic, tenant, a tag, labels, and text as params. */
export function jobBody(jobId: string): string {
  const job = (note: string) =>
    JSON.stringify({
      job_id: jobId,
      topic: TOPIC,
      tenant_id: TENANT,
      action: 'echo',
      risk_tags: ['low'],
      labels: { team: 'platform', origin: 'bench' },
      params: { page: 'handbook/onboarding', note },
    });
  const room = JOB_BYTES - job('').length;
  return job(SENTENCE.repeat(Math.ceil(room / SENTENCE.length)).slice(0, room));
}

/** What every worker answers: about 200 bytes. */
export function answerOf(params: unknown): { readonly page: string; readonly summary: string } {
  const { page, note } = params as { page: string; note: string };
  return { page, summary: note.slice(0, 150) };
}
