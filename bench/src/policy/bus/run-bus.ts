import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VerifiedBy, type PolicyCheckRequest } from '@countersign/contracts';
import { Stops } from '../../stops.js';
import { expectedOf } from '../data/expected.js';
import { jobsOf } from '../data/jobs.js';
import type { BenchJob, Effect } from '../data/rule.js';
import { rulesOf } from '../data/rules.js';
import { policyText, topicOf } from '../engines/countersign.js';
import { startBareAsking } from './bare-asking.js';
import { startCheckAsking } from './check-asking.js';
import { measureAsking, type AskResult, type BusPlan } from './measure-asking.js';

/** Rules of the policy that is asked, each with an expression. */
export const BUS_RULES = 1_000;

/** One round. */
export interface BusRound {
  readonly round: number;
  readonly bare: AskResult;
  readonly check: AskResult;
}

/** Measures `policy.check` and a bare request-reply by turns. Every answer is compared with the expected one. */
export async function runBus(natsBin: string, rounds: number, plan: BusPlan): Promise<readonly BusRound[]> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const stops = new Stops();
  try {
    return await stops.guard(async () => {
      const rules = rulesOf(BUS_RULES, 'expressions');
      const jobs = jobsOf('mixed', BUS_RULES);
      const questions = jobs.map((job) => ({ question: questionOf(job), expected: expectedOf(rules, job) }));
      const at = (n: number) => questions[n % questions.length]!;
      const checkPolicy = await startCheckAsking(stops, { folder, natsBin, policy: policyText(rules) });
      const check = async (n: number) => {
        const { question, expected } = at(n);
        requireAnswer(await checkPolicy(question), expected, question);
      };
      const answer = JSON.stringify(await checkPolicy(at(0).question));
      const askBare = await startBareAsking(stops, { folder, natsBin, answer });
      const texts = questions.map(({ question }) => JSON.stringify(question));
      const bare = (n: number) => askBare(texts[n % texts.length]!);
      const done: BusRound[] = [];
      for (let round = 1; round <= rounds; round++) {
        done.push({
          round,
          bare: await measureAsking(plan, bare),
          check: await measureAsking(plan, check),
        });
      }
      await stops.run();
      return done;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function questionOf(job: BenchJob): PolicyCheckRequest {
  return {
    request: {
      topic: topicOf(job),
      tenant_id: job.tenant,
      risk_tags: [...job.tags],
      labels: { env: job.env },
      params: { amount: job.amount, region: job.region },
    },
    verified: { caller: 'bench', tenant_id: job.tenant, by: VerifiedBy.ApiKey },
  };
}

function requireAnswer(answer: unknown, expected: Effect, question: PolicyCheckRequest): void {
  const { type } = answer as { readonly type?: unknown };
  const effect = type === 'ALLOW' ? 'allow' : type === 'DENY' ? 'deny' : undefined;
  if (effect !== expected)
    throw new Error(`expected is ${expected}, not ${JSON.stringify(answer)}: ${JSON.stringify(question)}`);
}
