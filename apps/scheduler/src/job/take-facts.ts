import type { Work } from '@countersign/service-kit';
import type { JobFact } from './job-fact.js';
import type { JobRules } from './job-rules.js';
import { loadBook } from './load-book.js';
import { saveBook } from './save-book.js';

/** Takes the facts of one batch in order: each is applied, known already, refused, or kept until its job is ready. */
export async function takeFacts(work: Work, facts: readonly JobFact[], rules: JobRules): Promise<void> {
  const loaded = await loadBook(
    work,
    facts.map((fact) => fact.jobId),
    rules,
  );
  for (const fact of facts) loaded.book.take(fact);
  await saveBook(work, loaded);
}
