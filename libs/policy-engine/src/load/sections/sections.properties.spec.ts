import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../decide/decide.js';
import { drawFrom } from '../../proofs/draw-from.js';
import { chance, given, oneOf, someOf, type Draw } from '../../proofs/draw.js';
import { GUARD_MS, POLICIES } from '../../proofs/guard.js';
import { loosened } from '../../proofs/looseness.js';
import { randomPattern } from '../../proofs/random-match.js';
import { randomPolicy, sourcesOf, type RawFile } from '../../proofs/random-policy.js';
import { randomRequest } from '../../proofs/random-request.js';
import { AGENTS, AREAS, CAPABILITIES, RESOURCE_GLOBS, TAGS, VERBS } from '../../proofs/words.js';
import { ReasonCode } from '../../vocabulary.js';
import type { PolicySnapshot } from '../../policy-snapshot.js';
import type { PolicySource } from '../../policy-source.js';
import { topicMatches } from '../../topic/topic-pattern.js';
import { loadPolicy } from '../load-policy.js';

const SMALL = { rules: 4, conditions: 20 };
const RUNS = Math.ceil(POLICIES / 2);
const REQUESTS = 20;

/** Why a job is denied that no rule denies: so a table that names it may grant it, also in a scope's list. */
const GRANTABLE: readonly ReasonCode[] = [ReasonCode.NoMatch, ReasonCode.NotInScope];

const maybe = <T>(draw: Draw, value: T): T | undefined => (chance(draw, 60) ? value : undefined);
const someTopics = (draw: Draw) => [randomPattern(draw), randomPattern(draw)];
const approval = (draw: Draw) => given({ quorum: 1 + draw(3), ttl: oneOf(draw, ['1m', '10m', '1h']) });

/** An entry of each short form that grants nothing. */
const FORMS: Readonly<Record<string, (draw: Draw) => object>> = {
  matrix: (draw) =>
    given({
      id: 'm',
      topics: maybe(draw, someTopics(draw)),
      high_risk: maybe(draw, someOf(draw, TAGS)),
      threshold: maybe(draw, oneOf(draw, [0, 0.5, 0.8, 1])),
    }),
  hours: (draw) => {
    const outside = oneOf(draw, ['deny', 'require_approval']);
    return given({
      id: 'h',
      topics: maybe(draw, someTopics(draw)),
      within: oneOf(draw, ['mon-fri 09:00-17:00', '22:00-06:00', 'sat-sun 00:00-12:00']),
      timezone: oneOf(draw, ['Europe/Berlin', 'UTC', 'America/New_York']),
      outside,
      approval: outside === 'require_approval' ? maybe(draw, approval(draw)) : undefined,
    });
  },
  blacklist: (draw) =>
    given({
      id: 'b',
      topics: maybe(draw, someTopics(draw)),
      agents: maybe(draw, someOf(draw, AGENTS)),
      resources: maybe(draw, someOf(draw, RESOURCE_GLOBS)),
      actions: someOf(draw, VERBS),
    }),
  allowlists: (draw) =>
    given({
      agent: oneOf(draw, AGENTS),
      topics: maybe(draw, someTopics(draw)),
      actions: someOf(draw, VERBS, 4),
      resources: maybe(draw, someOf(draw, RESOURCE_GLOBS)),
      capabilities: maybe(draw, someOf(draw, CAPABILITIES, 3)),
    }),
  never_auto_approve: (draw) =>
    given({
      id: 'n',
      topics: maybe(draw, someTopics(draw)),
      actions: someOf(draw, VERBS),
      approval: maybe(draw, approval(draw)),
    }),
};

const aTable = (draw: Draw, id: string) => {
  const actions = someOf(draw, VERBS, 4);
  return {
    id,
    topics: [oneOf(draw, [`job.${oneOf(draw, AREAS)}.>`, 'job.>'])],
    actions: Object.fromEntries(actions.map((action) => [action, draw(5)])),
    approval: approval(draw),
  };
};

function load(sources: readonly PolicySource[]): PolicySnapshot {
  const result = loadPolicy(sources);
  if (result.ok) return result.snapshot;
  throw new Error(JSON.stringify(result.errors));
}

/** The files, and one of them with a short form added, whatever its scope. */
function withForm(draw: Draw, files: readonly RawFile[], form: string, entry: object): PolicySource[] {
  // In a file with a scope, an entry that names agents outside it is refused.
  const at = 'agent' in entry || 'agents' in entry ? 0 : draw(files.length);
  const changed = files.map((file, index) => (index === at ? { ...file, [form]: [entry] } : file));
  return sourcesOf(changed);
}

describe('adding a short form', { timeout: GUARD_MS }, () => {
  it.each(Object.entries(FORMS))('%s never loosens any decision', (form, entryOf) => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const files = randomPolicy(draw, SMALL);
        const before = load(sourcesOf(files));
        const after = load(withForm(draw, files, form, entryOf(draw)));
        for (let count = 0; count < REQUESTS; count++) {
          const request = randomRequest(draw);
          expect(loosened(decide(before, request), decide(after, request)), JSON.stringify(request)).toBe(
            undefined,
          );
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('unlisted_agents never loosens any decision, and denies whoever has no list (P9)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const files = randomPolicy(draw, SMALL);
        const lists = someOf(draw, AGENTS).map((agent) => ({ agent, topics: ['job.>'] }));
        const before = load(sourcesOf(files));
        const extended = files.map((file, at) =>
          at === 0 ? { ...file, allowlists: lists, unlisted_agents: 'deny' } : file,
        );
        const after = load(sourcesOf(extended));
        for (let count = 0; count < REQUESTS; count++) {
          const request = randomRequest(draw);
          const decision = decide(after, request);
          expect(loosened(decide(before, request), decision)).toBeUndefined();
          if (!lists.some(({ agent }) => agent === request.agentId)) expect(decision.type).toBe('DENY');
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('tiers grants only in its topics, and only what nothing else denies (P6)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const files = randomPolicy(draw, SMALL);
        const table = aTable(draw, 't');
        const before = load(sourcesOf(files));
        const after = load(withForm(draw, files, 'tiers', table));
        for (let count = 0; count < REQUESTS; count++) {
          const request = randomRequest(draw);
          const [was, is] = [decide(before, request), decide(after, request)];
          const inTopics = table.topics.some((topic) => topicMatches(topic, request.topic));
          if (inTopics && GRANTABLE.includes(was.reasonCode)) continue;
          expect(loosened(was, is), JSON.stringify(request)).toBeUndefined();
          if (!inTopics) expect(is).toEqual(was);
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it('a second tiers table never loosens what the first one answers (P6)', () => {
    fc.assert(
      fc.property(fc.gen(), (gen) => {
        const draw = drawFrom(gen);
        const [first, second] = [aTable(draw, 'first'), aTable(draw, 'second')];
        const one = load([{ file: 'a.yaml', text: JSON.stringify({ version: 'v1', tiers: [first] }) }]);
        const both = load([
          { file: 'a.yaml', text: JSON.stringify({ version: 'v1', tiers: [first, second] }) },
        ]);
        for (let count = 0; count < REQUESTS; count++) {
          const request = randomRequest(draw);
          if (!first.topics.some((topic) => topicMatches(topic, request.topic))) continue;
          expect(loosened(decide(one, request), decide(both, request))).toBeUndefined();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });
});
