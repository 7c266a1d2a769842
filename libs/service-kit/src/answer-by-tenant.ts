import { Logger } from '@nestjs/common';

const UNAVAILABLE = { ok: false, code: 'unavailable' } as const;

/**
 * Answers the requests of a batch tenant by tenant, since a transaction sees the rows of one alone; gives the answers in
 * the order of the requests. What failed for one tenant does not undo what was committed for another: its requests are
 * answered as unavailable. Throws when nothing was committed at all, so that the batch may be tried again.
 */
export async function answerByTenant<T extends { readonly tenant_id: string }>(
  requests: readonly T[],
  answer: (tenant: string, requests: readonly T[]) => Promise<readonly unknown[]>,
): Promise<readonly unknown[]> {
  const groups = new Map<string, T[]>();
  for (const request of requests)
    groups.set(request.tenant_id, [...(groups.get(request.tenant_id) ?? []), request]);
  const outcomes = await Promise.allSettled([...groups].map(([tenant, group]) => answer(tenant, group)));
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
  if (failures.length > 0 && failures.length === outcomes.length) throw failures[0]!.reason;
  for (const { reason } of failures)
    new Logger('requests').error({ message: 'the requests of a tenant failed', error: String(reason) });
  const answers = new Map<T, unknown>();
  for (const [i, group] of [...groups.values()].entries()) {
    const outcome = outcomes[i]!;
    for (const [j, request] of group.entries())
      answers.set(request, outcome.status === 'fulfilled' ? outcome.value[j] : UNAVAILABLE);
  }
  return requests.map((request) => answers.get(request));
}
