import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exampleFiles } from '../testing/example-files.js';
import { errorsOf } from '../testing/builders.js';
import { policySchema } from './policy-schema.js';

const schema = policySchema();
const isValid = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);
const refused = (text: string) => !isValid(parse(text));

/** Every mapping with known keys inside a schema. */
function* keysOf(node: unknown, path = ''): Generator<[string, Record<string, unknown>]> {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, member] of Object.entries(node)) {
    if (name === 'properties' && !path.includes('/then') && !path.includes('/if')) {
      for (const [key, one] of Object.entries(member as Record<string, Record<string, unknown>>)) {
        yield [`${path}/${key}`, one];
      }
    }
    yield* keysOf(member, `${path}/${name}`);
  }
}

describe('the JSON Schema of a policy file', () => {
  it('is the committed one', () => {
    const committed = readFileSync(new URL('../../../../docs/policy.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(schema);
  });

  it('describes every key', () => {
    const silent = [...keysOf(schema)].filter(([, { description }]) => typeof description !== 'string');
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it.each(exampleFiles().map(({ file, text }) => [file, text] as const))('takes %s', (_file, text) => {
    isValid(parse(text));
    expect(isValid.errors).toBeNull();
  });

  const rule = (rest: string) => `{ version: v1, rules: [{ id: r, ${rest} }] }`;
  const match = (rest: string) => rule(`decision: deny, match: { ${rest} }`);
  const asking = (rest: string) => rule(`decision: require_approval, approval: { ${rest} }`);
  const form = (name: string, rest: string) => `{ version: v1, ${name}: [{ ${rest} }] }`;
  const testing = (rest: string) =>
    `{ version: v1, rules: [{ id: r, decision: deny }], tests: [{ name: n, ${rest} }] }`;
  const aJob = 'job: { topic: job.a, tenant_id: t, agent_id: a }';

  it.each([
    '{ rules: [{ id: r, decision: deny }] }',
    '{ version: v2, rules: [{ id: r, decision: deny }] }',
    '{ version: v1, Rules: [{ id: r, decision: deny }] }',
    '{ version: v1, rules: [] }',
    '{ version: v1, rules: { id: r } }',
    '{ version: v1, default: deny, rules: [{ id: r, decision: deny }] }',
    '{ version: v1, scope: {}, rules: [{ id: r, decision: deny }] }',
    '{ version: v1, scope: { teams: [a] }, rules: [{ id: r, decision: deny }] }',
    '{ version: v1, sets: { A: [x] }, rules: [{ id: r, decision: deny }] }',
    '{ version: v1, sets: { a: [] }, rules: [{ id: r, decision: deny }] }',
    rule('decision: permit'),
    rule('decision: DENY'),
    rule('decision: allow'),
    rule('decision: deny, because: x'),
    rule('decision: deny, obligations: [audit]'),
    rule('decision: deny, grants: true'),
    rule('decision: deny, reason_code: no_match'),
    rule('decision: deny, approval: {}'),
    rule('decision: allow_with_constraints'),
    rule('decision: allow_with_constraints, constraints: {}'),
    rule('decision: allow_with_constraints, constraints: { max_runtime: 4 }'),
    rule('decision: allow_with_constraints, constraints: { max_runtime_sec: 0 }'),
    rule('decision: throttle'),
    rule('decision: throttle, throttle: { rate: abc/hour }'),
    rule('decision: throttle, throttle: { rate: 10/fortnight }'),
    match('topics: []'),
    match('topics: [Job.a]'),
    match('topics: job.a'),
    match('action: [x]'),
    match('actions: [Delete]'),
    match('risk_tags: { some: [a] }'),
    match('except: {}'),
    match('except: { labels: { a: b } }'),
    asking('ttl: 10'),
    asking('ttl: 10 minutes'),
    asking('ttl: 10m, ttl_sec: 600'),
    asking('quorum: 0'),
    asking('escalate_after: 1m'),
    form('tiers', 'id: t, topics: [job.a], actions: { a: 5 }'),
    form('tiers', 'id: t, actions: { a: 1 }'),
    form('tiers', 'id: t, topics: [job.a], actions: {}'),
    form('matrix', 'id: m, threshold: 2'),
    form('matrix', 'id: m, tags: [a]'),
    form('hours', 'id: h, within: "9-17", timezone: UTC, outside: deny'),
    form('hours', 'id: h, within: "09:00-17:00", timezone: UTC, outside: allow'),
    form('hours', 'id: h, within: "09:00-17:00", timezone: UTC, outside: deny, approval: {}'),
    form('blacklist', 'id: b, topics: [job.a]'),
    form('allowlists', 'agent: a'),
    form('allowlists', 'actions: [x]'),
    form('never_auto_approve', 'id: n'),
    form('never_auto_approve', 'actions: [x]'),
    '{ version: v1, unlisted_agents: allow, rules: [{ id: r, decision: deny }] }',
    testing(`${aJob}`),
    testing(`${aJob}, expect: { rule: r }`),
    testing(`${aJob}, expect: { decision: DENY }`),
    testing(`${aJob}, expect: { decision: deny, rules: r }`),
    testing(`${aJob}, now: today, expect: { decision: deny }`),
    testing('job: { topic: job.a, tenant: t }, expect: { decision: deny }'),
  ])('refuses what the loader refuses: %s', (text) => {
    expect(errorsOf(text)).not.toEqual([]);
    expect(refused(text)).toBe(true);
  });
});
