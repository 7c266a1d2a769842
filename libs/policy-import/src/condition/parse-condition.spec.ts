import { describe, expect, it } from 'vitest';
import { conditionToCel } from './condition-to-cel.js';
import { evaluateCondition } from './evaluate-condition.js';
import { parseCondition } from './parse-condition.js';

const celOf = (text: string) => {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return conditionToCel(parsed.condition, (name) => ({ cel: `job.params.${name}`, steps: ['params', name] }));
};

describe('a condition of a source', () => {
  it.each([
    ['refund_amount > 500', 'has(job.params.refund_amount) && job.params.refund_amount > 500'],
    ['balance < -100', 'has(job.params.balance) && job.params.balance < -100'],
    ['amount >= 10.5', 'has(job.params.amount) && job.params.amount >= 10.5'],
    ['amount > 1_000', 'has(job.params.amount) && job.params.amount > 1000'],
    ["tier == 'gold'", 'has(job.params.tier) && job.params.tier == "gold"'],
    ['flagged', 'has(job.params.flagged) && job.params.flagged == true'],
    ['(flagged)', 'has(job.params.flagged) && job.params.flagged == true'],
    ['not flagged', '!(has(job.params.flagged) && job.params.flagged == true)'],
    [
      'a > 1 or b == false and c',
      '(has(job.params.a) && job.params.a > 1) || ((has(job.params.b) && job.params.b == false) && (has(job.params.c) && job.params.c == true))',
    ],
    [
      '(a > 1 || b) && !c',
      '((has(job.params.a) && job.params.a > 1) || (has(job.params.b) && job.params.b == true)) && !(has(job.params.c) && job.params.c == true)',
    ],
  ])('reads %s as what it says (P02, P03)', (text, cel) => {
    expect(celOf(text)).toBe(cel);
  });

  it.each([
    ['amount ~= 500', '"~= 500" at character 8'],
    ['amount => 500', 'found "=> 500"'],
    ['amount === 500', 'found "= 500"'],
    ['amount > 500 USD', 'found "USD" at character 14'],
    ['amount > $500', 'found "$500"'],
    ['amount > 1e999', 'found "1e999"'],
    ['amount > 99999999999999999999', 'a number, a quoted text, true or false expected'],
    ['amount > "500"', 'a number after > expected'],
    ['amount > other', 'a number, a quoted text, true or false expected'],
    ['500 < amount', 'a name expected'],
    ['abs(amount) > 5', 'and, or, or the end expected, found "("'],
    ['(amount > 500', 'a closing parenthesis expected, found its end'],
    ['amount > 500)', 'found ")" at character 13'],
    ['a > 1 and', 'a name expected, found its end'],
    ['a.b > 1', 'found ".b > 1"'],
    ['a == "x\\"y"', "can't be carried over"],
    ['true', 'a name expected'],
    ['a > 1; b', 'found "; b"'],
    [`${'('.repeat(9)}a${')'.repeat(9)}`, 'at most 8 levels'],
    [`${'!'.repeat(10)}a`, 'at most 8 levels'],
    ['a or '.repeat(200), 'longer than 512 characters'],
  ])('refuses %s, and says where (P01, P02)', (text, message) => {
    expect(parseCondition(text)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message) as string,
    });
  });

  it('does not hold for a value that is not there', () => {
    const parsed = parseCondition('amount != 5');
    expect(parsed.ok && evaluateCondition(parsed.condition, () => undefined)).toBe(false);
  });
});
