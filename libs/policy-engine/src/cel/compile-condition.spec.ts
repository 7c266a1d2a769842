import { describe, expect, it } from 'vitest';
import { aRequest } from '../testing/builders.js';
import type { PolicyRequest } from '../decide/policy-request.js';
import { compileCondition } from './compile-condition.js';
import { ConditionFault } from './condition-fault.js';
import { ConditionInput } from './condition-input.js';

const SETS = { hosts: ['*.bank.example'] };

/** True or false, why there is no answer, or the codes of what is wrong with the expression. */
function answer(text: string, over: Partial<PolicyRequest> = {}): unknown {
  const compiled = compileCondition(text, Object.keys(SETS));
  if ('problems' in compiled) return compiled.problems.map(({ code, offset }) => [code, offset]);
  const request = aRequest(over);
  try {
    return compiled.condition.holds(new ConditionInput(request, request.topic.split('.'), SETS));
  } catch (error) {
    if (error instanceof ConditionFault) return error.kind;
    throw error;
  }
}
const problem = (text: string) => {
  const compiled = compileCondition(text, Object.keys(SETS));
  return 'problems' in compiled ? compiled.problems[0]?.message : undefined;
};
const withParams = (params: unknown): Partial<PolicyRequest> => ({ params });

describe('a condition', () => {
  it.each([
    ['job.params.amount > 500', { amount: 900 }, true],
    ['(job.params.amount > 500)', { amount: 500 }, false],
    ['job.params.amount > 500', { amount: -900 }, false],
    ['job.params.amount < -500 || job.params.amount > 500', { amount: -900 }, true],
    ['job.params.amount > 500', { amount: '$900' }, 'type_error'],
    ['job.params.amount > 500', { amount: null }, 'type_error'],
    ['job.params.amount > 500', {}, 'missing_input'],
    ['job.params.list[2] == "x"', { list: ['x'] }, 'missing_input'],
    ['has(job.params.amount)', {}, false],
    ['job.params.amount > 500 || true', {}, true],
    ['job.params.amount > 500 && false', {}, false],
    ['job.params.flag', { flag: 'yes' }, 'type_error'],
    ['job.params.list.exists(x, x == "b")', { list: ['a', 'b'] }, true],
    ['job.params.map.all(k, k.startsWith("a"))', { map: { ab: 1, ac: 2 } }, true],
    ['job.params.amount == 5', { amount: 5 }, true],
  ])('%s with %j is %j (P02, P03, P05)', (text, params, expected) => {
    expect(answer(text, withParams(params))).toBe(expected);
  });

  it('sees what is verified, the sets, the action and the normal form of the resource', () => {
    const over = {
      resource: 'https://GitHub.com/Acme/x.git',
      action: 'Open_PR',
      verified: { producer: 'p1' },
    };
    expect(answer('job.resource == "github.com/acme/x" && job.action == "open_pr"', over)).toBe(true);
    expect(answer('agent.id == "agent-1" && agent.tenant == "default" && agent.producer == "p1"', over)).toBe(
      true,
    );
    expect(answer('agent.producer == "p1"')).toBe('missing_input');
    expect(answer('host.matches("api.bank.example", sets.hosts)')).toBe(true);
  });

  it('on time is about the time of the event, and has no answer without it', () => {
    const text = 'now < timestamp("2026-06-01T00:00:00Z")';
    expect(answer(text, { now: '2026-05-31T23:59:59Z' })).toBe(true);
    expect(answer(text, { now: '2026-06-01T00:00:00Z' })).toBe(false);
    expect(answer(text)).toBe('missing_input');
    expect(answer(text, { now: 'yesterday' })).toBe('type_error');
    expect(answer('time.within("09:00-17:00", "UTC")')).toBe('missing_input');
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype'])(
    'does not find the inherited name %s, and finds an own one (P20)',
    (name) => {
      expect(answer(`has(job.params.${name})`, withParams({}))).toBe(false);
      expect(answer(`job.params["${name}"] == "x"`, withParams({}))).toBe('missing_input');
      const own = JSON.parse(`{ "${name}": "x" }`) as unknown;
      expect(answer(`job.params["${name}"] == "x"`, withParams(own))).toBe(true);
    },
  );

  it.each([Number.NaN, Infinity, -Infinity, 10n, Symbol('x'), () => 1])(
    'refuses %s among the values (P06)',
    (value) => {
      expect(answer('job.params.other == 1', withParams({ other: 1, value }))).toBe('type_error');
    },
  );

  it('refuses numbers that are not finite (P06)', () => {
    expect(answer('job.params.n / 0.0 > 1.0', withParams({ n: 1 }))).toBe('type_error');
    expect(answer('double(job.params.n) > 1.0', withParams({ n: 'NaN' }))).toBe('type_error');
    expect(answer('job.params.n < 1e999', withParams({ n: 1 }))).toEqual([['bad_condition', 15]]);
  });

  it.each([
    ['int(job.params.n) >= 0', ''],
    ['uint(job.params.n) >= 0u', ''],
    ['int(job.params.n) > 1', '0b11'],
    ['int(job.params.n) > 1', '0o17'],
    ['double(job.params.n) > 1.0', '0x10'],
  ])('%s does not read %j as a number (P06)', (text, n) => {
    expect(answer(text, withParams({ n }))).toBe('type_error');
  });

  it.each([
    ['int(job.params.n) == 7', '7'],
    ['int(job.params.n) == -7', '-7'],
    ['int(job.params.n) == 7', 7.9],
    ['double(job.params.n) == 1500.0', '1.5e3'],
    ['uint(job.params.n) == 7u', '7'],
  ])('%s reads %j as a number', (text, n) => {
    expect(answer(text, withParams({ n }))).toBe(true);
  });

  it.each(['now + duration(job.params.d) > now', 'now - duration(job.params.d) < now'])(
    '%s has no answer where the time is none (P06)',
    (text) => {
      const over = { now: '2026-05-31T23:59:59Z' };
      expect(answer(text, { ...withParams({ d: '99999999999h' }), ...over })).toBe('type_error');
      expect(answer(text, { ...withParams({ d: '1h' }), ...over })).toBe(true);
    },
  );

  it('does not take a member of what has no members for one that is not there (P05)', () => {
    const text = 'has(job.params.order.amount)';
    for (const order of ['x', 5, null, [{ amount: 1 }], true])
      expect(answer(text, withParams({ order }))).toBe('type_error');
    expect(answer(text, withParams({ order: {} }))).toBe(false);
    expect(answer(text, withParams({ order: { amount: null } }))).toBe(true);
    expect(answer(text, withParams({}))).toBe('missing_input');
    expect(answer('["x"].exists(one, has(job.params.order.amount))', withParams({ order: 1 }))).toBe(
      'type_error',
    );
  });

  it.each(['text', 'host', 'job', 'now', 'time'])(
    'lets no loop name its variable %s, which would hide what stands for it (P19)',
    (name) => {
      expect(answer(`[job.params.s].exists(${name}, ${name} == "x")`, withParams({ s: 'x' }))).toEqual([
        ['bad_condition', 22],
      ]);
    },
  );

  it('counts the time of a zone for more than one step (P19)', () => {
    const list = Array.from({ length: 2000 }, () => 'UTC');
    const over = { ...withParams({ list }), now: '2026-05-31T23:59:59Z' };
    expect(answer('job.params.list.exists(zone, time.within("00:00-00:01", zone))', over)).toBe('type_error');
    expect(answer('job.params.list.exists(zone, now.getHours(zone) == 5)', over)).toBe('type_error');
    expect(answer('job.params.list.exists(zone, zone == "x")', over)).toBe(false);
  });

  it('takes time linear in the text for a pattern that could explode (P19)', () => {
    const text = `${'a'.repeat(100_000)}b`;
    expect(answer('job.params.s.matches("(a+)+$")', withParams({ s: text }))).toBe(false);
    expect(answer('text.matches(job.params.s, "^(a|aa)+b$")', withParams({ s: text }))).toBe(true);
  });

  it.each([
    ['job.params.big.exists(x, job.params.big.exists(y, x + y < 0.0))'],
    ['job.params.big.exists(x, job.params.big == job.params.big && x < 0)'],
    ['job.params.big.exists(x, job.params.big.exists(y, x + y < 0.0)) || true'],
  ])('%s takes too much work over a long list', (text) => {
    const big = Array.from({ length: 3000 }, (_, n) => n);
    expect(answer(text, withParams({ big }))).toBe('type_error');
    expect(answer(text, withParams({ big: [1, 2] }))).toBe(text.endsWith('true'));
  });

  it('has no answer for a job of too many values, or nested too deeply', () => {
    let deep: unknown = 1;
    for (let n = 0; n < 100; n++) deep = [deep];
    expect(answer('true', withParams(deep))).toBe('type_error');
    expect(answer('true', withParams(Array.from({ length: 30_000 }, () => 1)))).toBe('type_error');
  });
});

describe('an expression is refused', () => {
  it.each([
    ['job.params.amount ~= 500', [['bad_condition', 18]]],
    ['job.params.amount >', [['bad_condition', 19]]],
    ['1 + 1', [['bad_condition', 0]]],
    ['"yes"', [['bad_condition', 0]]],
    ['true && 1 > "a"', [['bad_condition', 8]]],
    ['amount > 500', [['unknown_variable', 0]]],
    ['job.parms.amount > 500', [['unknown_field', 0]]],
    ['job["parms"] == 1', [['unknown_field', 0]]],
    ['sets.host.size() > 0', [['unknown_field', 0]]],
    ['path.inside("/a", "/b")', [['unknown_function', 0]]],
    ['eval("1")', [['unknown_function', 0]]],
    ['"a".join()', [['unknown_function', 0]]],
    ['"a".matches(job.topic)', [['bad_condition', 12]]],
    ['"a".matches("a(?=b)")', [['bad_condition', 12]]],
    ['"a".matches("(?:a{1000}){1000}")', [['bad_condition', 12]]],
    ['[1].all(a, [1].all(b, [1].all(c, true)))', [['bad_condition', 22]]],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, [['bad_condition', expect.any(Number)]]],
    [
      Array.from({ length: 900 }, () => '1')
        .join('+')
        .concat('>0'),
      [['bad_condition', expect.any(Number)]],
    ],
  ])('%s (P01)', (text, expected) => {
    expect(answer(text)).toEqual(expected);
  });

  it.each([
    ['job.parms.amount > 500', 'did you mean params?'],
    ['jbo.topic == "x"', 'did you mean job?'],
    ['path.withn("/a", "/b")', 'did you mean within?'],
    ['job.topic.startWith("job")', 'did you mean startsWith?'],
  ])('%s with a suggestion', (text, hint) => expect(problem(text)).toContain(hint));
});
