import { Injectable } from '@nestjs/common';
import { Subjects } from '@countersign/contracts';
import type { RequestTrace } from '../../http/request-trace.js';
import type { Caller } from '../../identity/caller.js';
import type { ReplayBody } from '../policy-bodies.js';
import { PolicyEvaluator } from '../policy-evaluator.js';
import { ReplaySummary, type ChangedDecision } from './replay-summary.js';

/** Goes through a tenant's recorded decisions page by page. */
@Injectable()
export class ReplayPolicyHandler {
  constructor(private readonly evaluator: PolicyEvaluator) {}

  /** What is found, as it is found; counts last. Throws what the first page is refused with before it yields anything. */
  async *replay(
    { files, ...rest }: ReplayBody,
    caller: Caller,
    trace: RequestTrace,
  ): AsyncGenerator<object, void> {
    const question = {
      tenant_id: caller.tenant,
      ...rest,
      ...(files === undefined ? {} : { sources: files }),
    };
    const summary = new ReplaySummary();
    let after: string | undefined;
    do {
      const asked = { ...question, ...(after === undefined ? {} : { after }) };
      const page = readPage(await this.evaluator.ask(Subjects.queryPolicyReplay, asked, trace));
      if (after === undefined) yield { candidate: page.candidate };
      for (const changed of page.changed) yield { changed };
      summary.add(page.decided, page.changed);
      after = page.next;
    } while (after !== undefined);
    yield { summary: summary.counts };
  }
}

interface Page {
  readonly candidate: string;
  readonly decided: number;
  readonly changed: readonly ChangedDecision[];
  readonly next: string | undefined;
}

function readPage(members: Readonly<Record<string, unknown>>): Page {
  const { candidate, decided, changed, next } = members;
  if (typeof candidate !== 'string' || typeof decided !== 'number' || !Array.isArray(changed))
    throw new Error('a page of a replay has not the agreed form');
  return {
    candidate,
    decided,
    changed: changed as ChangedDecision[],
    next: typeof next === 'string' ? next : undefined,
  };
}
