import { chance, oneOf, type Draw } from './draw.js';
import { AGENTS, PRODUCERS, TAGS, TENANTS, VERBS } from './words.js';

/** Comparisons that hold, fail or are wrong, and the guard that keeps each from being wrong. */
const FACTS = [
  ['has(job.params.amount)', 'job.params.amount > 500'],
  ['has(job.params.amount)', 'job.params.amount <= 100'],
  ['has(job.params.host)', "host.matches(job.params.host, '*.bank.example')"],
  ['has(job.params.host)', 'ip.private(job.params.host)'],
  ['has(job.params.path)', "path.within(job.params.path, '/work')"],
  ['has(job.params.path)', "path.within(job.params.path, ['/work/a', '/tmp'])"],
  ['has(job.params.command)', "shell.allowed(job.params.command, ['git status', 'ls'])"],
  ['has(job.params.command)', "shell.blocked(job.params.command, ['rm -rf'])"],
  ['has(job.params.name)', "text.matches(job.params.name, '^[a-z]+$')"],
  ['has(job.resource)', "job.resource.startsWith('github.com/acme')"],
  ['has(job.rationale)', 'job.rationale.confidence > 0.8'],
  ['has(job.estimate)', 'job.estimate.usd < 1.5'],
] as const;

const TIMES = [
  "time.within('09:00-17:00', 'UTC')",
  "time.within('mon-fri 09:00-17:00', 'Europe/Berlin')",
  "time.within('22:00-06:00', 'UTC')",
] as const;

/** A condition of the grammar that policies are written in: facts, guards, connectives. Some of them fail for some jobs. */
export function randomCondition(draw: Draw, depth = 2): string {
  if (depth === 0 || chance(draw, 45)) return randomFact(draw);
  const left = randomCondition(draw, depth - 1);
  switch (draw(3)) {
    case 0:
      return `!(${left})`;
    case 1:
      return `(${left}) && (${randomCondition(draw, depth - 1)})`;
    default:
      return `(${left}) || (${randomCondition(draw, depth - 1)})`;
  }
}

function randomFact(draw: Draw): string {
  switch (draw(9)) {
    case 0:
      return `'${oneOf(draw, TAGS)}' in job.risk_tags`;
    case 1:
      return `job.action == '${oneOf(draw, VERBS)}'`;
    case 2:
      return `job.agent_id == '${oneOf(draw, AGENTS)}'`;
    case 3:
      return `agent.producer == '${oneOf(draw, PRODUCERS)}'`;
    case 4:
      return `job.tenant_id in ['${oneOf(draw, TENANTS)}', '${oneOf(draw, TENANTS)}']`;
    case 5:
      return 'job.agent_id in sets.trusted';
    case 6:
      return oneOf(draw, TIMES);
    default: {
      const [guard, fact] = oneOf(draw, FACTS);
      return chance(draw, 85) ? `${guard} && ${fact}` : fact;
    }
  }
}

/** The same for classify rules: no tags, nothing of the agent. */
export function randomClassifyCondition(draw: Draw): string {
  return oneOf(draw, [
    'has(job.params.amount) && job.params.amount > 500',
    "job.action == 'drop_all'",
    'has(job.params.path)',
  ]);
}
