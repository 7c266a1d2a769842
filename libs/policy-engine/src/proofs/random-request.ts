import type { PolicyRequest } from '../decide/policy-request.js';
import { chance, given, oneOf, type Draw } from './draw.js';
import { randomInput } from './random-findings.js';
import { AGENTS, AREAS, CAPABILITIES, LABELS, PRODUCERS, RESOURCES, TAGS, TENANTS, VERBS } from './words.js';

/** A request that generated policies have something to say about. */
export function randomRequest(draw: Draw): PolicyRequest {
  const deep = chance(draw, 15);
  return {
    topic: `job.${oneOf(draw, AREAS)}.${deep ? 'x.' : ''}${oneOf(draw, VERBS)}`,
    tenantId: oneOf(draw, TENANTS),
    agentId: oneOf(draw, AGENTS),
    riskTags: TAGS.filter(() => chance(draw, 20)),
    capabilities: CAPABILITIES.filter(() => chance(draw, 35)),
    labels: {
      ...(chance(draw, 80) && { env: oneOf(draw, LABELS.env) }),
      ...(chance(draw, 80) && { team: oneOf(draw, LABELS.team) }),
    },
    params: randomParams(draw),
    ...(chance(draw, 40) && { action: oneOf(draw, VERBS) }),
    ...(chance(draw, 85) && { resource: oneOf(draw, RESOURCES) }),
    ...(chance(draw, 30) && { details: randomDetails(draw) }),
    ...(chance(draw, 97) && { input: randomInput(draw) }),
    ...(chance(draw, 10) && { redacted: true as const }),
    ...(chance(draw, 95) && { verified: { producer: oneOf(draw, PRODUCERS) } }),
    ...(chance(draw, 95) && { now: oneOf(draw, TIMES) }),
  };
}

const TIMES = [
  '2026-11-20T10:00:00Z',
  '2026-11-20T16:30:00Z',
  '2026-11-21T23:15:00.500Z',
  '2026-07-06T07:59:59+02:00',
] as const;

function randomParams(draw: Draw): unknown {
  if (chance(draw, 25)) return {};
  const maybe = <T>(value: T): T | undefined => (chance(draw, 50) ? value : undefined);
  return given({
    amount: maybe(oneOf(draw, [100, 900, 500, 0.5, -5, 12_000, '$900', null])),
    host: maybe(
      oneOf(draw, ['api.bank.example', 'https://pay.bank.example/x', '127.0.0.1', 'evil.example', 7]),
    ),
    path: maybe(oneOf(draw, ['/work/a/b', '/work/../etc', '/tmp/x', 'relative'])),
    command: maybe(oneOf(draw, ['git status -s', 'ls; rm -rf /', 'rm -rf /tmp/x', 'ls'])),
    name: maybe(oneOf(draw, ['abc', 'ABC', ''])),
    rows: maybe(draw(2000)),
  });
}

function randomDetails(draw: Draw): Record<string, unknown> {
  return given({
    task_id: chance(draw, 50) ? 'task-1' : undefined,
    rationale: chance(draw, 60) ? { confidence: oneOf(draw, [0.8, 0.81, 1, 0, 'high']) } : undefined,
    estimate: chance(draw, 60) ? { usd: oneOf(draw, [0.5, 2]), tokens: 100 } : undefined,
    publish: chance(draw, 40) ? true : undefined,
  });
}
