import { Logger } from '@nestjs/common';
import { Subjects, VerdictKind, type Result } from '@countersign/contracts';
import type { Fact, Work } from '@countersign/service-kit';
import { isBlobFact, queueBlobScans } from '../blob/queue-blob-scans.js';
import { keepSealed, type QuarantineEntry } from '../quarantine/quarantine.store.js';
import { seal } from '../quarantine/seal.js';
import { alertEmission } from '../verdict/output-event.js';
import { verdictEmission } from '../verdict/verdict-emission.js';
import { tellOnce, type TellableVerdict } from '../verdict/verdict.store.js';
import type { Judgement } from './judge-result.js';

interface Told extends TellableVerdict {
  readonly fact: Fact<Result>;
  readonly tail: string;
  readonly judgement: Judgement;
}

const logger = new Logger('output scanner');

/** Tells the verdicts of a batch of results; quarantined bodies are sealed in the same transaction. */
export async function tellJudgements(
  work: Work,
  facts: readonly Fact<Result>[],
  judgementOf: (fact: Fact<Result>) => Judgement | undefined,
  quarantineKey: Uint8Array,
): Promise<void> {
  const told: Told[] = [];
  await queueBlobScans(work, facts.filter(isBlobFact), quarantineKey);
  for (const fact of facts) {
    if (isBlobFact(fact)) continue;
    const address = Subjects.result.parse(fact.subject);
    const judgement = judgementOf(fact);
    if (address === undefined || judgement === undefined) {
      work.deadLetter(fact, 'invalid_field');
      continue;
    }
    const { tail } = address;
    const { verdict } = judgement;
    told.push({ fact, tail, judgement, verdict, emission: verdictEmission(verdict, tail, fact) });
  }
  const fresh = await tellOnce(work, told);
  const news = told.filter(({ emission }) => fresh.has(emission.id));
  const held = news.filter(({ verdict }) => verdict.kind === VerdictKind.Quarantined);
  for (const { fact, judgement, emission } of news)
    if (judgement.alerts.length > 0) work.emit(alertEmission(judgement, emission.id, fact));
  if (held.length > 0) logHeld(held);
  await keepSealed(
    work,
    held.map((one) => entryOf(one, quarantineKey)),
  );
}

function entryOf({ fact, tail, verdict, judgement, emission }: Told, key: Uint8Array): QuarantineEntry {
  const { job_id, attempt, lease_id, epoch, scanned, pool } = verdict;
  const ids = { job_id, attempt, lease_id, epoch, scanned };
  const sealed = seal(fact.text, key, ids);
  const { traceparent } = fact;
  return {
    ...ids,
    pool,
    sealed,
    verdict: JSON.stringify(verdict),
    verdict_id: emission.id,
    tail,
    traceparent,
    tenant_id: judgement.tenantId,
  };
}

/** Jobs that a line of the log names at most. */
const MOST_NAMED = 5;

/** One line for each reason, whatever a worker sends: what was held back, and why, without a word of it. */
function logHeld(held: readonly Told[]): void {
  const byReason = new Map<string, Told[]>();
  for (const one of held) {
    const reason = `${one.verdict.reason_code} ${one.judgement.detail ?? ''}`.trimEnd();
    byReason.set(reason, [...(byReason.get(reason) ?? []), one]);
  }
  for (const [reason, results] of byReason)
    logger.warn({
      message: 'results are kept back',
      reason,
      results: results.length,
      pools: [...new Set(results.map(({ verdict }) => verdict.pool))],
      jobs: results.slice(0, MOST_NAMED).map(({ verdict }) => verdict.job_id),
      exceeded: [...new Set(results.flatMap(({ verdict }) => verdict.exceeded ?? []))],
    });
}
